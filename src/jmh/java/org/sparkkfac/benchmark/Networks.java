package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;

/** Networks that several benchmarks use. */
final class Networks {
    private Networks() {}

    /** The autoencoder of Hinton and Salakhutdinov 2006: tanh, a linear code of 30, Bernoulli outputs. */
    static Network autoencoder() {
        return chain("tanh", "sigmoid", 784, 1000, 500, 250, 30, 250, 500, 1000, 784);
    }

    /** Dense layers of these widths, an activation between any two; after a layer of 30 none. */
    static Network chain(String activation, String likelihood, int... widths) {
        List<NodeSpec> specs = new ArrayList<>();
        for (int l = 1; l < widths.length; l++) {
            specs.add(new NodeSpec("layer" + l, "dense", List.of(), Map.of("units", widths[l])));
            if (l < widths.length - 1 && widths[l] != 30) {
                specs.add(new NodeSpec(activation + l, activation, List.of(), Map.of()));
            }
        }
        Network network = Network.of(widths[0], specs, Likelihoods.create(likelihood, Map.of()));
        return Initialization.LECUN.initialize(network, 1);
    }
}
