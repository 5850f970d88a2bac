package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * A network on its way to the executors, as plain collections and arrays. It is turned into bytes here, so that the
 * serialiser that the user gave Spark never meets it; it lives for one job between equal programs.
 */
final class NetworkMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final int inputs;
    private final ArrayList<NodeSpec> nodes;
    private final String likelihood;
    private final HashMap<String, Double> likelihoodParameters;
    private final double[][] parameters;

    private NetworkMessage(Network network) {
        inputs = network.inputs();
        nodes = new ArrayList<>(network.specs());
        likelihood = network.likelihood().type();
        likelihoodParameters = new HashMap<>(network.likelihood().parameters());
        parameters = new double[network.layers().size()][];
        for (int l = 0; l < parameters.length; l++) {
            parameters[l] = network.parameters().block(l).toArray();
        }
    }

    static byte[] encode(Network network) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new NetworkMessage(network));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static Network decode(byte[] bytes) {
        try (ObjectInputStream in = new ContextObjectInputStream(new ByteArrayInputStream(bytes))) {
            return ((NetworkMessage) in.readObject()).toNetwork();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private Network toNetwork() {
        Map<String, Double> constants = likelihoodParameters;
        Network network = Network.of(inputs, nodes, Likelihoods.create(likelihood, constants));
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (int l = 0; l < parameters.length; l++) {
            LayerShape layer = network.layers().get(l);
            blocks.add(DoubleMatrix.wrap(layer.out(), layer.columns(), parameters[l]));
        }
        return network.withParameters(new ParameterVector(network.layers(), blocks));
    }

    /** Finds our classes where spark-submit put them, in a class loader that only the thread knows. */
    private static final class ContextObjectInputStream extends ObjectInputStream {
        ContextObjectInputStream(ByteArrayInputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(java.io.ObjectStreamClass description)
                throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, NetworkMessage.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
