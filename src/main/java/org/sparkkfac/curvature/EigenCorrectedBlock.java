package org.sparkkfac.curvature;

import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;

/**
 * {@code F ≈ (U_A ⊗ U_G) diag(vec S) (U_A ⊗ U_G)ᵀ}; George et al. 2018. Its trace is that of the exact block, and in the
 * Frobenius norm it is no farther from it than {@code A ⊗ G}.
 *
 * @param layer shape of the layer
 * @param activationVectors U_A, in columns
 * @param gradientVectors U_G, in columns
 * @param eigenvalues averaged S, of the layer's shape
 */
public record EigenCorrectedBlock(
        LayerShape layer, DoubleMatrix activationVectors, DoubleMatrix gradientVectors, DoubleMatrix eigenvalues)
        implements FisherBlock {
    @Override
    public DoubleMatrix multiply(DoubleMatrix v) {
        DoubleMatrix rotated = Kronecker.multiplyTransposed(activationVectors, gradientVectors, v);
        rotated.setToCombination(rotated, eigenvalues, (x, s) -> x * s);
        return Kronecker.multiply(activationVectors, gradientVectors, rotated);
    }

    @Override
    public double trace() {
        return eigenvalues.sum();
    }

    @Override
    public double norm() {
        return eigenvalues.norm();
    }

    @Override
    public DoubleMatrix toDense() {
        return Kronecker.inBasis(activationVectors, gradientVectors, eigenvalues);
    }
}
