package org.sparkkfac.precondition;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;

/**
 * The damped inverse {@code M⁻¹} of one layer's block; or of the matrix over all layers, which is then the block of a
 * layer of one output and P inputs.
 */
public interface LayerInverse {
    LayerShape layer();

    /** λ, as it was for this layer. */
    double damping();

    /**
     * {@code M⁻¹ vec(V)} for several V at once, as new matrices of the layer's shape.
     *
     * @param threads how many threads may share the work; the bits do not depend on it
     */
    List<DoubleMatrix> apply(List<DoubleMatrix> vs, int threads);

    /** {@code M⁻¹ vec(V)} as a new matrix of the layer's shape. */
    default DoubleMatrix apply(DoubleMatrix v) {
        return apply(List.of(v), 1).get(0);
    }

    /** {@code R} with {@code R Rᵀ = M⁻¹}: the symmetric root, or {@code L⁻ᵀ} where M is kept as {@code LLᵀ}. */
    UnaryOperator<DoubleMatrix> inverseRoot();

    /** The inverse of {@link #inverseRoot}. */
    UnaryOperator<DoubleMatrix> root();

    /** {@code log det M⁻¹}. */
    double logDeterminant();

    /** {@code tr M⁻¹}. */
    double trace();

    /** {@code ‖M⁻¹‖}, the Frobenius norm. */
    double norm();

    /** The eigenvalues of M, p of them in no particular order. */
    double[] dampedEigenvalues();

    /**
     * The same with another damping, if what is kept can be damped anew; else the block must be inverted again.
     *
     * @throws SingularBlockException if the block is singular with it
     */
    default Optional<LayerInverse> withDamping(double other) {
        return Optional.empty();
    }

    /** {@code M⁻¹} as one p × p matrix, index = column·out + row; for tests and small layers. */
    DoubleMatrix toDense();

    /** What an artefact keeps beside the damping, by name, in a fixed order; the inverse can be restored from it. */
    Map<String, Entries> tensors();
}
