package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihood;

/**
 * A new network of dense layers with biases.
 *
 * @param sizes numbers of inputs, of units of each hidden layer, and of outputs
 * @param activation its name, between the layers
 * @param likelihood of the outputs
 * @param initialization of the weights
 * @param seed the same seed gives the same weights
 */
public record InitOptions(
        List<Integer> sizes, String activation, Likelihood likelihood, Initialization initialization, long seed) {
    /** Copies the list; rejects fewer than two sizes, and sizes below one. */
    public InitOptions {
        sizes = List.copyOf(sizes);
        if (sizes.size() < 2 || sizes.stream().anyMatch(size -> size < 1)) {
            throw new UserException("a network has at least two sizes ≥ 1, not " + sizes);
        }
    }

    Network network() {
        List<NodeSpec> nodes = new ArrayList<>();
        boolean isNumbered = sizes.size() > 3;
        for (int i = 1; i < sizes.size() - 1; i++) {
            String number = isNumbered ? String.valueOf(i) : "";
            nodes.add(new NodeSpec("hidden" + number, "dense", Map.of("units", sizes.get(i))));
            nodes.add(new NodeSpec("act" + number, activation, Map.of()));
        }
        nodes.add(new NodeSpec("output", "dense", Map.of("units", sizes.get(sizes.size() - 1))));
        return initialization.initialize(Network.of(sizes.get(0), nodes, likelihood), seed);
    }
}
