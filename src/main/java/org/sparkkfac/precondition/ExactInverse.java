package org.sparkkfac.precondition;

import java.util.Map;
import org.sparkkfac.curvature.DenseBlock;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;

/**
 * {@code (F + λI)⁻¹} of an exact block, as its Cholesky factor.
 *
 * @param layer shape of the layer
 * @param damping λ, which the factor holds
 * @param cholesky factor of {@code F + λI}, p × p
 */
public record ExactInverse(LayerShape layer, double damping, Cholesky cholesky) implements LayerInverse {
    static final String EXACT_CHOLESKY = "exact_cholesky";

    /**
     * Factors the damped block; {@code p³/3} flops.
     *
     * @throws SingularBlockException if it is singular
     */
    static ExactInverse of(DenseBlock block, double damping) {
        return new ExactInverse(
                block.layer(), damping, Spectrum.factor(block.layer().name(), "exact_block", block.entries(), damping));
    }

    @Override
    public DoubleMatrix apply(DoubleMatrix v) {
        DoubleMatrix vec = DoubleMatrix.wrap(Math.toIntExact(layer.parameters()), 1, v.toArray());
        return DoubleMatrix.wrap(
                layer.out(), layer.columns(), cholesky.solve(vec).toArray());
    }

    @Override
    public Map<String, Entries> tensors() {
        return Map.of(EXACT_CHOLESKY, cholesky.lower());
    }
}
