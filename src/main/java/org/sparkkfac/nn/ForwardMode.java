package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.List;
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
    private final Propagation propagation;
    private final int count;
    private final Workspace values;
    private final Workspace tangents;

    /** How the weights of every layer move along each direction, in the precision of the blocks. */
    private final List<List<Matrix>> directions;

    /** A pass at the network's parameters along the given directions, which are rounded to the precision once. */
    public ForwardMode(Network network, List<ParameterVector> directions, Precision precision) {
        this(new Propagation(network, precision), directions);
    }

    ForwardMode(Propagation propagation, List<ParameterVector> directions) {
        this.propagation = propagation;
        this.count = directions.size();
        this.values = new Workspace(propagation.precision());
        this.tangents = new Workspace(propagation.precision());
        List<List<Matrix>> rounded = directions.stream()
                .map(direction -> Propagation.rounded(direction, propagation.precision()))
                .toList();
        this.directions = new ArrayList<>();
        for (int l = 0; l < propagation.network().layers().size(); l++) {
            int layer = l;
            this.directions.add(
                    rounded.stream().map(blocks -> blocks.get(layer)).toList());
        }
    }

    /** {@code J v} of every row and direction, outputs × k·B: column c·B + b belongs to row b and v_c; overwritten by the next call. */
    public Matrix tangents(RowBlock block) {
        return tangents(forward(block));
    }

    private List<Values> forward(RowBlock block) {
        values.reset();
        return propagation.forward(block, values);
    }

    private Matrix tangents(List<Values> known) {
        tangents.reset();
        return propagation.tangents(known, directions, count, tangents);
    }

    /** Adds {@code Σ_b w_b (J v_i)ᵀ Λ (J v_j)} over the rows of a block to entry (i, j) of a k × k matrix. */
    public void addFisherProducts(RowBlock block, DoubleMatrix products) {
        addFisherProducts(block, forward(block), products);
    }

    void addFisherProducts(RowBlock block, List<Values> known, DoubleMatrix products) {
        Matrix moved = tangents(known);
        Matrix outputs = Propagation.outputs(known);
        Likelihood likelihood = propagation.network().likelihood();
        double[] f = new double[outputs.rows()];
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
                moved.getColumn(c * block.rows() + b, u[c]);
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
