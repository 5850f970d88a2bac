package org.sparkkfac.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;

/** A network with its parameters on its way to the executors, as plain collections and arrays. */
final class NetworkMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final int inputs;
    private final ArrayList<NodeSpec> nodes;
    private final String likelihood;
    private final HashMap<String, Double> likelihoodParameters;
    private final byte[][] parameters;

    NetworkMessage(Network network) {
        inputs = network.inputs();
        nodes = new ArrayList<>(network.specs());
        likelihood = network.likelihood().type();
        likelihoodParameters = new HashMap<>(network.likelihood().parameters());
        parameters = new byte[network.layers().size()][];
        for (int l = 0; l < parameters.length; l++) {
            parameters[l] = bytes(network.parameters().block(l));
        }
    }

    /** As bytes at once: an object stream takes a double at a time. */
    static byte[] bytes(DoubleMatrix matrix) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(matrix.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        matrix.writeTo(bytes);
        return bytes.array();
    }

    static DoubleMatrix matrix(int rows, int columns, byte[] bytes) {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        matrix.readFrom(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return matrix;
    }

    Network network() {
        Network network = Network.of(inputs, nodes, Likelihoods.create(likelihood, likelihoodParameters));
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (int l = 0; l < parameters.length; l++) {
            LayerShape layer = network.layers().get(l);
            blocks.add(matrix(layer.out(), layer.columns(), parameters[l]));
        }
        return network.withParameters(new ParameterVector(network.layers(), blocks));
    }
}
