package org.sparkkfac.curvature;

import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/**
 * {@code F ≈ diag(vec(D))}.
 *
 * @param layer shape of the layer
 * @param diagonal D, of the layer's shape
 */
public record DiagonalBlock(LayerShape layer, DoubleMatrix diagonal) implements FisherBlock {
    @Override
    public DoubleMatrix multiply(DoubleMatrix v) {
        DoubleMatrix product = DoubleMatrix.zeros(v.rows(), v.columns());
        product.setToCombination(diagonal, v, (d, x) -> d * x);
        return product;
    }

    @Override
    public double trace() {
        return diagonal.sum();
    }

    @Override
    public double norm() {
        return diagonal.norm();
    }

    @Override
    public DoubleMatrix toDense() {
        double[] entries = diagonal.toArray();
        DoubleMatrix dense = DoubleMatrix.zeros(entries.length, entries.length);
        for (int k = 0; k < entries.length; k++) {
            dense.set(k, k, entries[k]);
        }
        return dense;
    }
}
