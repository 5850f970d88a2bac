package org.sparkkfac.analysis;

/**
 * Summary of the spectrum of a symmetric, positive semidefinite matrix.
 *
 * @param dimension number of eigenvalues
 * @param trace their sum
 * @param norm root of the sum of their squares, the Frobenius norm
 * @param smallest the smallest, which rounding may have put below zero
 * @param largest the largest
 */
public record SpectralSummary(long dimension, double trace, double norm, double smallest, double largest) {
    private static final double EPSILON = Math.ulp(1.0);

    /** Sums up eigenvalues, in any order; of none, all is zero. */
    public static SpectralSummary of(double... eigenvalues) {
        if (eigenvalues.length == 0) {
            return new SpectralSummary(0, 0, 0, 0, 0);
        }
        double trace = 0;
        double squares = 0;
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (double eigenvalue : eigenvalues) {
            trace += eigenvalue;
            squares += eigenvalue * eigenvalue;
            smallest = Math.min(smallest, eigenvalue);
            largest = Math.max(largest, eigenvalue);
        }
        return new SpectralSummary(eigenvalues.length, trace, Math.sqrt(squares), smallest, largest);
    }

    /** The spectrum of the Kronecker product with another matrix, of which all eigenvalues are products. */
    public SpectralSummary kronecker(SpectralSummary other) {
        return new SpectralSummary(
                dimension * other.dimension,
                trace * other.trace,
                norm * other.norm,
                Math.max(0, smallest) * Math.max(0, other.smallest),
                largest * other.largest);
    }

    /** {@code (tr F/‖F‖)²}: n equal eigenvalues beside zeros give n; from 1 to {@link #dimension}, or 0 for F = 0. */
    public double effectiveRank() {
        double ratio = trace / norm;
        return norm > 0 ? ratio * ratio : 0;
    }

    /** {@code tr F/λ_max}, the intrinsic dimension: from 1 to {@link #effectiveRank}, or 0 for F = 0. */
    public double traceOverLargest() {
        return largest > 0 ? trace / largest : 0;
    }

    /** {@code λ_max/λ_min}, infinite if the smallest eigenvalue is not above {@code dimension·ε·λ_max}. */
    public double conditionNumber() {
        return smallest > dimension * EPSILON * largest ? largest / smallest : Double.POSITIVE_INFINITY;
    }
}
