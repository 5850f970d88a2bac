package org.sparkkfac.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.activation.Activations;

/**
 * The operations that {@code model.json} can name: layers and whatever else is in this package, and all activations. A new
 * one is a file in this package and a line here.
 */
final class Operations {
    private static final Map<String, Function<NodeSpec, Operation>> FACTORIES = new LinkedHashMap<>();

    static {
        FACTORIES.put(Dense.OP, Dense::of);
        Activations.names().forEach(op -> FACTORIES.put(op, Elementwise::of));
    }

    private Operations() {}

    /** The names that {@link #create} knows. */
    static Set<String> names() {
        return FACTORIES.keySet();
    }

    /**
     * The operation of a node.
     *
     * @throws UserException if the op is not known or a constant is wrong
     */
    static Operation create(NodeSpec node) {
        Function<NodeSpec, Operation> factory = FACTORIES.get(node.op());
        if (factory == null) {
            throw new UserException("node '" + node.name() + "': unknown op '" + node.op() + "'; choose one of "
                    + String.join(", ", names()));
        }
        return factory.apply(node);
    }
}
