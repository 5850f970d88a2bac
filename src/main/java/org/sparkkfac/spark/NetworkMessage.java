package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.MatrixBytes;

/** A network with its parameters on its way to the executors, as plain collections and arrays. */
final class NetworkMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final int inputs;
    private final ArrayList<NodeSpec> nodes;
    private final String likelihood;
    private final HashMap<String, Double> likelihoodParameters;
    private final MatrixBytes[] parameters;

    NetworkMessage(Network network) {
        this(network, ChunkedBytes.LARGEST);
    }

    /** A message whose arrays are no longer than this. */
    NetworkMessage(Network network, int largest) {
        inputs = network.inputs();
        nodes = new ArrayList<>(network.specs());
        likelihood = network.likelihood().type();
        likelihoodParameters = new HashMap<>(network.likelihood().parameters());
        parameters = new MatrixBytes[network.layers().size()];
        for (int l = 0; l < parameters.length; l++) {
            parameters[l] = new MatrixBytes(network.parameters().block(l), largest);
        }
    }

    Network network() {
        Network network = Network.of(inputs, nodes, Likelihoods.create(likelihood, likelihoodParameters));
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (MatrixBytes layer : parameters) {
            blocks.add(layer.matrix());
        }
        return network.withParameters(new ParameterVector(network.layers(), blocks));
    }
}
