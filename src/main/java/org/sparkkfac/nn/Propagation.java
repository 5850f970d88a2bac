package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;

/**
 * Values, tangents and gradients on their way through the nodes of a network, at parameters rounded to a precision once.
 * It keeps no state of a pass: the matrices come from the caller's {@link Workspace}.
 */
final class Propagation {
    private final Network network;
    private final Precision precision;
    private final List<Matrix> weights;
    private final boolean[] carriesGradient;

    Propagation(Network network, Precision precision) {
        this.network = network;
        this.precision = precision;
        this.weights = rounded(network.parameters(), precision);
        this.carriesGradient = carriesGradient(network);
    }

    Network network() {
        return network;
    }

    Precision precision() {
        return precision;
    }

    /** The blocks of a vector, one a layer; in double precision the blocks themselves. */
    static List<Matrix> rounded(ParameterVector vector, Precision precision) {
        List<Matrix> blocks = new ArrayList<>();
        for (int l = 0; l < vector.layers().size(); l++) {
            DoubleMatrix block = vector.block(l);
            blocks.add(precision == Precision.DOUBLE ? block : block.to(precision));
        }
        return blocks;
    }

    /** Whether each node or one before it has parameters, so that a gradient must reach it. */
    static boolean[] carriesGradient(Network network) {
        List<Network.Node> nodes = network.nodes();
        boolean[] carries = new boolean[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            carries[i] =
                    nodes.get(i).layer() >= 0 || nodes.get(i).inputs().stream().anyMatch(k -> k >= 0 && carries[k]);
        }
        return carries;
    }

    /** Values of the features (index 0) and of every node i (index i + 1). */
    List<Values> forward(RowBlock block, Workspace workspace) {
        List<Values> values = new ArrayList<>();
        values.add(block.features());
        for (Network.Node node : network.nodes()) {
            Values output = workspace.takeValues(node.outputs(), block.rows());
            node.operation().forward(inputs(node, values), weightsOf(node), output.plain());
            values.add(output);
        }
        return values;
    }

    /** The outputs f, outputs × B, among the values of {@link #forward}. */
    static Matrix outputs(List<Values> values) {
        return values.get(values.size() - 1).plain();
    }

    /** The gradient with respect to the outputs of every node that carries one, from that of the last. */
    List<@Nullable Matrix> backward(List<Values> values, Matrix seeds, Workspace workspace) {
        List<Network.Node> nodes = network.nodes();
        @Nullable Matrix[] gradients = new Matrix[nodes.size()];
        gradients[nodes.size() - 1] = seeds;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Network.Node node = nodes.get(i);
            Matrix gradient = gradients[i];
            for (int k = 0; gradient != null && k < node.inputs().size(); k++) {
                int from = node.inputs().get(k);
                if (from >= 0 && carriesGradient[from]) {
                    Matrix arriving = node.operation()
                            .backward(k, inputs(node, values), values.get(i + 1), weightsOf(node), gradient, workspace);
                    Matrix known = gradients[from];
                    if (known != null) {
                        arriving.setToCombination(arriving, known, Double::sum);
                    }
                    gradients[from] = arriving;
                }
            }
        }
        return Arrays.asList(gradients);
    }

    /**
     * The derivative of the outputs along k directions at once, outputs × k·B: column c·B + b is that of row b along
     * direction c.
     *
     * @param directions how the weights move, by layer and direction
     */
    Matrix tangents(List<Values> values, List<List<Matrix>> directions, int count, Workspace workspace) {
        int columns = count * values.get(0).extended().columns();
        List<@Nullable Matrix> tangents = new ArrayList<>();
        tangents.add(null); // the features do not move
        for (Network.Node node : network.nodes()) {
            List<@Nullable Matrix> arriving = new ArrayList<>();
            node.inputs().forEach(k -> arriving.add(tangents.get(k + 1)));
            boolean still = node.layer() < 0 && arriving.stream().allMatch(Objects::isNull);
            Matrix tangent = still ? null : workspace.take(node.outputs(), columns);
            if (tangent != null) {
                List<Matrix> moving = node.layer() < 0 ? List.of() : directions.get(node.layer());
                Values output = values.get(tangents.size());
                node.operation()
                        .tangent(inputs(node, values), output, weightsOf(node), arriving, moving, tangent, workspace);
            }
            tangents.add(tangent);
        }
        Matrix last = tangents.get(tangents.size() - 1);
        return last != null ? last : Matrix.zeros(precision, network.outputs(), columns);
    }

    /** The values that a node takes. */
    static List<Values> inputs(Network.Node node, List<Values> values) {
        return node.inputs().stream().map(k -> values.get(k + 1)).toList();
    }

    private @Nullable Matrix weightsOf(Network.Node node) {
        return node.layer() < 0 ? null : weights.get(node.layer());
    }
}
