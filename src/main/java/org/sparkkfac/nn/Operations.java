package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.activation.Activations;

/** The operations that {@code model.json} can name: layers here, activations in their own list. */
final class Operations {
    private Operations() {}

    static Operation create(NodeSpec node) {
        if (node.op().equals(Dense.OP)) {
            return dense(node);
        }
        if (!Activations.names().contains(node.op())) {
            List<String> known = new ArrayList<>(List.of(Dense.OP));
            known.addAll(Activations.names());
            throw new UserException("node '" + node.name() + "': unknown op '" + node.op() + "'; choose one of "
                    + String.join(", ", known));
        }
        Map<String, Double> constants = new LinkedHashMap<>();
        node.parameters().forEach((name, value) -> {
            if (!(value instanceof Number number)) {
                throw new UserException("node '" + node.name() + "': " + name + " must be a number");
            }
            constants.put(name, number.doubleValue());
        });
        try {
            return new Elementwise(Activations.create(node.op(), constants));
        } catch (UserException e) {
            throw new UserException("node '" + node.name() + "': " + e.getMessage(), e);
        }
    }

    private static Operation dense(NodeSpec node) {
        Object units = node.parameters().get("units");
        Object bias = node.parameters().getOrDefault("bias", true);
        if (!(units instanceof Integer count) || count < 1) {
            throw new UserException("node '" + node.name() + "': a dense layer needs units, a whole number ≥ 1");
        }
        if (!(bias instanceof Boolean withBias)) {
            throw new UserException("node '" + node.name() + "': bias must be true or false");
        }
        for (String parameter : node.parameters().keySet()) {
            if (!Set.of("units", "bias").contains(parameter)) {
                throw new UserException(
                        "node '" + node.name() + "': a dense layer has no '" + parameter + "'; it has units and bias");
            }
        }
        return new Dense(count, withBias);
    }
}
