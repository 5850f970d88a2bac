package org.sparkkfac.analysis;

import java.util.OptionalDouble;

/**
 * How far one layer's Fisher block F is from {@code A ⊗ G}, and from its eigenvalue-corrected form, in the Frobenius
 * norm.
 *
 * <p>The distance is the root of a difference of squares that are nearly equal where the approximation is good: below
 * {@code 1e-7·‖F‖} only its smallness is known, and a negative difference, from rounding or sampling, counts as 0.
 *
 * @param layer the layer's name
 * @param squaredNorm {@code ‖F‖²}
 * @param innerProduct {@code ⟨F, A ⊗ G⟩}
 * @param squaredKroneckerNorm {@code ‖A ⊗ G‖² = ‖A‖²‖G‖²}
 * @param squaredCorrectedNorm {@code ‖S‖²} of the corrected eigenvalues, or empty if these were not collected
 */
public record BlockDistance(
        String layer,
        double squaredNorm,
        double innerProduct,
        double squaredKroneckerNorm,
        OptionalDouble squaredCorrectedNorm) {
    /** {@code ‖F‖}. */
    public double norm() {
        return root(squaredNorm);
    }

    /** {@code ‖F − A ⊗ G‖ = √(‖F‖² − 2⟨F, A ⊗ G⟩ + ‖A ⊗ G‖²)}. */
    public double toKronecker() {
        return root(squaredNorm - 2 * innerProduct + squaredKroneckerNorm);
    }

    /** {@code ‖F − EKFAC‖ = √(‖F‖² − ‖S‖²)}, at most {@link #toKronecker}; George et al. 2018. */
    public OptionalDouble toCorrected() {
        return squaredCorrectedNorm.isPresent()
                ? OptionalDouble.of(root(squaredNorm - squaredCorrectedNorm.getAsDouble()))
                : OptionalDouble.empty();
    }

    /** The angle's cosine, {@code ⟨F, A ⊗ G⟩/(‖F‖‖A ⊗ G‖)}: 1 where they differ by a factor; NaN if one is 0. */
    public double cosine() {
        return innerProduct / Math.sqrt(squaredNorm * squaredKroneckerNorm);
    }

    private static double root(double square) {
        return Math.sqrt(Math.max(0, square));
    }
}
