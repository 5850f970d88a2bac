package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.likelihood.Likelihood;

/**
 * Products of the Jacobian J = ∂f/∂θ with directions v_1 … v_k of the parameters, and with them {@code v_iᵀ F v_j} for the
 * exact Fisher matrix {@code F = E[JᵀΛJ]}, by forward mode: tangents go through the network beside the values, k·B
 * columns side by side, at {@code 1 + 2k} times the cost of the values alone. Pearlmutter 1994; Schraudolph 2002,
 * section 3.
 *
 * <p>Not safe for several threads; a task makes its own.
 */
public final class ForwardMode {
    private final Network network;
    private final TapEngine engine;
    private final Precision precision;
    private final int count;
    private final Workspace workspace;

    /** The directions of every layer's weights, in the precision of the blocks. */
    private final List<List<Matrix>> directions;

    /** A pass at the network's parameters along the given directions, which are rounded to the precision once. */
    public ForwardMode(Network network, List<ParameterVector> directions, Precision precision) {
        this(network, new TapEngine(network, Fisher.empirical(), precision), directions, precision);
    }

    ForwardMode(Network network, TapEngine engine, List<ParameterVector> directions, Precision precision) {
        this.network = network;
        this.engine = engine;
        this.precision = precision;
        this.count = directions.size();
        this.workspace = new Workspace(precision);
        this.directions = new ArrayList<>();
        for (int l = 0; l < network.layers().size(); l++) {
            List<Matrix> ofLayer = new ArrayList<>();
            for (ParameterVector direction : directions) {
                DoubleMatrix block = direction.block(l);
                ofLayer.add(precision == Precision.DOUBLE ? block : block.to(precision));
            }
            this.directions.add(ofLayer);
        }
    }

    /** {@code J v} of every row and direction, outputs × k·B: column c·B + b belongs to row b and v_c; overwritten by the next call. */
    public Matrix tangents(RowBlock block) {
        return tangents(engine.forward(block));
    }

    private Matrix tangents(List<Values> values) {
        workspace.reset();
        List<Network.Node> nodes = network.nodes();
        List<@Nullable Matrix> tangents = new ArrayList<>();
        tangents.add(null); // the features do not move
        for (Network.Node node : nodes) {
            List<@Nullable Matrix> arriving = new ArrayList<>();
            boolean moves = node.layer() >= 0;
            for (int k : node.inputs()) {
                arriving.add(tangents.get(k + 1));
                moves |= tangents.get(k + 1) != null;
            }
            tangents.add(moves ? tangent(node, values, values.get(tangents.size()), arriving) : null);
        }
        Matrix last = tangents.get(nodes.size());
        int batch = values.get(0).extended().columns();
        return last != null ? last : Matrix.zeros(precision, network.outputs(), count * batch);
    }

    private Matrix tangent(Network.Node node, List<Values> values, Values output, List<@Nullable Matrix> arriving) {
        int batch = values.get(0).extended().columns();
        Matrix tangent = workspace.take(node.outputs(), count * batch);
        node.operation()
                .tangent(
                        TapEngine.inputs(node, values),
                        output,
                        engine.weightsOf(node),
                        arriving,
                        node.layer() < 0 ? List.of() : directions.get(node.layer()),
                        tangent,
                        workspace);
        return tangent;
    }

    /** Adds {@code Σ_b w_b (J v_i)ᵀ Λ (J v_j)} over the rows of a block to entry (i, j) of a k × k matrix. */
    public void addFisherProducts(RowBlock block, DoubleMatrix products) {
        addFisherProducts(block, engine.forward(block), products);
    }

    void addFisherProducts(RowBlock block, List<Values> values, DoubleMatrix products) {
        Matrix tangents = tangents(values);
        Matrix outputs = values.get(values.size() - 1).plain();
        Likelihood likelihood = network.likelihood();
        double[] f = new double[network.outputs()];
        double[] mean = new double[f.length];
        double[] image = new double[f.length];
        double[][] u = new double[count][f.length];
        for (int b = 0; b < block.rows(); b++) {
            double weight = block.weight(b);
            if (weight == 0) {
                continue;
            }
            outputs.getColumn(b, f);
            likelihood.mean(f, mean);
            for (int c = 0; c < count; c++) {
                tangents.getColumn(c * block.rows() + b, u[c]);
            }
            for (int i = 0; i < count; i++) {
                likelihood.fisherTimes(f, mean, u[i], image);
                for (int j = i; j < count; j++) {
                    double product = products.get(i, j) + weight * dot(image, u[j]);
                    products.set(i, j, product);
                    products.set(j, i, product);
                }
            }
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
