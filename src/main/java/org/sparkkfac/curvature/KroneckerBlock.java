package org.sparkkfac.curvature;

import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;

/**
 * {@code F ≈ A ⊗ G}; Martens and Grosse 2015.
 *
 * @param layer shape of the layer
 * @param a averaged {@code E[āāᵀ]}, (in+1) × (in+1)
 * @param g averaged {@code E[ggᵀ]}, out × out
 */
public record KroneckerBlock(LayerShape layer, DoubleMatrix a, DoubleMatrix g) implements FisherBlock {
    @Override
    public DoubleMatrix multiply(DoubleMatrix v) {
        return Kronecker.multiply(a, g, v);
    }

    @Override
    public double trace() {
        return a.trace() * g.trace();
    }

    @Override
    public double norm() {
        return a.norm() * g.norm();
    }

    @Override
    public DoubleMatrix toDense() {
        return Kronecker.toDense(a, g);
    }
}
