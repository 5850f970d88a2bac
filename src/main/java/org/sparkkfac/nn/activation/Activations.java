package org.sparkkfac.nn.activation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.sparkkfac.UserException;

/** The activations that {@code model.json} can name. A new one is a file in this package and a line here. */
public final class Activations {
    private static final Map<String, Function<Map<String, Double>, Activation>> FACTORIES = new LinkedHashMap<>();

    static {
        FACTORIES.put("identity", constants -> new Identity());
        FACTORIES.put("relu", constants -> new Relu());
        FACTORIES.put("leaky-relu", constants -> new LeakyRelu(constants.getOrDefault("slope", 0.01)));
        FACTORIES.put("tanh", constants -> new Tanh());
        FACTORIES.put("sigmoid", constants -> new Sigmoid());
        FACTORIES.put("softplus", constants -> new Softplus());
        FACTORIES.put("gelu", constants -> new Gelu());
        FACTORIES.put("gelu-tanh", constants -> new GeluTanh());
        FACTORIES.put("silu", constants -> new Silu());
        FACTORIES.put("elu", constants -> new Elu(constants.getOrDefault("alpha", 1.0)));
    }

    private Activations() {}

    /** The names that {@link #create} knows. */
    public static Set<String> names() {
        return FACTORIES.keySet();
    }

    /**
     * Makes an activation from its name and constants.
     *
     * @throws UserException if the activation does not have one of the constants
     */
    public static Activation create(String op, Map<String, Double> constants) {
        Function<Map<String, Double>, Activation> factory = FACTORIES.get(op);
        if (factory == null) {
            throw new UserException("unknown activation '" + op + "'; choose one of " + String.join(", ", names()));
        }
        Activation activation = factory.apply(constants);
        for (Map.Entry<String, Double> constant : constants.entrySet()) {
            if (!activation.parameters().containsKey(constant.getKey())) {
                throw new UserException("activation '" + op + "' has no constant '" + constant.getKey() + "'");
            }
            if (!Double.isFinite(constant.getValue())) {
                throw new UserException("activation '" + op + "': " + constant.getKey() + " must be finite");
            }
        }
        return activation;
    }
}
