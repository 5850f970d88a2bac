package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;

/**
 * Asks for {@code v_iᵀFv_j}, F with the exact Λ.
 *
 * @param rows over which rows
 * @param directions v_1 … v_k
 */
public record FisherProducts(Rows rows, List<ParameterVector> directions) implements Part<FisherProducts.Sum> {
    private static final long serialVersionUID = 1;

    /** Copies the list. */
    public FisherProducts {
        directions = List.copyOf(directions);
    }

    /** The weighted sum, k × k, and the weight of its rows. */
    public static final class Sum {
        private final DoubleMatrix products;
        private double weight;

        private Sum(int k) {
            products = DoubleMatrix.zeros(k, k);
        }

        /** The weighted means, k × k, as a new matrix. */
        public DoubleMatrix mean() {
            DoubleMatrix means = products.copy();
            means.scale(1 / weight);
            return means;
        }
    }

    @Override
    public Sum empty(Network network) {
        return new Sum(directions.size());
    }

    @Override
    public void fold(BlockVisit visit, Sum sum) {
        RowBlock block = visit.rows();
        double weight = 0;
        for (int b = 0; b < block.rows(); b++) {
            weight += block.weight(b);
        }
        sum.weight += weight;
        visit.addFisherProducts(directions, sum.products);
    }

    @Override
    public void merge(Sum sum, Sum other) {
        sum.products.add(1, other.products);
        sum.weight += other.weight;
    }

    @Override
    public List<DoubleMatrix> matrices(Sum sum) {
        return List.of(sum.products);
    }

    @Override
    public void writeCounts(Sum sum, DataOutput out) throws IOException {
        out.writeDouble(sum.weight);
    }

    @Override
    public void addCounts(Sum sum, DataInput in) throws IOException {
        sum.weight += in.readDouble();
    }

    @Override
    public long stateBytes(Network network) {
        return (long) Double.BYTES * directions.size() * directions.size();
    }

    @Override
    public long messageBytes(Network network) {
        return directions.size() * LayerShape.bytes(network.layers());
    }

    @Override
    public long heldBytes(Network network) {
        return 0;
    }

    @Override
    public double flopsOfRow(Network network) {
        return 2.0 * directions.size() * TapEngine.flopsOfRow(network, 0);
    }

    @Override
    public String toString() {
        return "products of the Fisher matrix";
    }
}
