package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticsPlan;

/**
 * What the tasks of a pass need, on its way to the executors as plain collections and arrays: the network, the plan, the
 * bases of eigenvalue corrections. It is turned into bytes here, so that the
 * serialiser that the user gave Spark never meets it; it lives for one job between equal programs.
 */
final class PassMessage implements Serializable {
    private static final long serialVersionUID = 1;

    private final int inputs;
    private final ArrayList<NodeSpec> nodes;
    private final String likelihood;
    private final HashMap<String, Double> likelihoodParameters;
    private final byte[][] parameters;
    private final StatisticsPlan plan;
    private final byte[][] bases;

    private PassMessage(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        this.plan = plan;
        this.bases = new byte[2 * bases.size()][];
        for (int l = 0; l < bases.size(); l++) {
            this.bases[2 * l] = bytes(bases.get(l).activationVectors());
            this.bases[2 * l + 1] = bytes(bases.get(l).gradientVectors());
        }
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
    private static byte[] bytes(DoubleMatrix matrix) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(matrix.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        matrix.writeTo(bytes);
        return bytes.array();
    }

    private static DoubleMatrix matrix(int rows, int columns, byte[] bytes) {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        matrix.readFrom(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return matrix;
    }

    static byte[] encode(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new PassMessage(network, plan, bases));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static PassMessage decode(byte[] bytes) {
        try (ObjectInputStream in = new ContextObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (PassMessage) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    StatisticsPlan plan() {
        return plan;
    }

    /** The bases without their eigenvalues, which a task does not need. */
    List<EigenBasis> bases(Network network) {
        List<LayerShape> layers = plan.select(network.layers());
        List<EigenBasis> result = new ArrayList<>();
        for (int l = 0; 2 * l < bases.length; l++) {
            int a = layers.get(l).columns();
            int g = layers.get(l).out();
            result.add(EigenBasis.ofVectors(matrix(a, a, bases[2 * l]), matrix(g, g, bases[2 * l + 1])));
        }
        return result;
    }

    Network network() {
        Map<String, Double> constants = likelihoodParameters;
        Network network = Network.of(inputs, nodes, Likelihoods.create(likelihood, constants));
        List<DoubleMatrix> blocks = new ArrayList<>();
        for (int l = 0; l < parameters.length; l++) {
            LayerShape layer = network.layers().get(l);
            blocks.add(matrix(layer.out(), layer.columns(), parameters[l]));
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
                return Class.forName(description.getName(), false, PassMessage.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }
}
