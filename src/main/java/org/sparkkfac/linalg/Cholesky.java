package org.sparkkfac.linalg;

/** The Cholesky factor L of a positive definite matrix, {@code A = LLᵀ}. */
public final class Cholesky {
    /** What {@link #factor} found. */
    public sealed interface Outcome permits Factored, NotPositiveDefinite {}

    /** What {@link #invert} found. */
    public sealed interface InverseOutcome permits Inverted, NotPositiveDefinite {}

    /** The factor exists in floating point. */
    public record Factored(Cholesky cholesky) implements Outcome {}

    /**
     * The inverse exists in floating point.
     *
     * @param reciprocalCondition {@code 1/(‖A‖₁‖A⁻¹‖₁)}
     */
    public record Inverted(DoubleMatrix inverse, double reciprocalCondition) implements InverseOutcome {}

    /** The leading minor of this order is not positive. */
    public record NotPositiveDefinite(int order) implements Outcome, InverseOutcome {}

    private final DoubleMatrix lower;
    private final double norm;

    private Cholesky(DoubleMatrix lower, double norm) {
        this.lower = lower;
        this.norm = norm;
    }

    /** Factors a symmetric matrix, of which only the lower triangle is read; {@code n³/3} flops. */
    public static Outcome factor(DoubleMatrix symmetric) {
        int n = symmetric.rows();
        double[] entries = symmetric.toArray();
        int order = Blas.current().lapack().cholesky(n, entries);
        if (order != 0) {
            return new NotPositiveDefinite(order);
        }
        DoubleMatrix lower = DoubleMatrix.wrap(n, n, entries);
        for (int j = 1; j < n; j++) {
            for (int i = 0; i < j; i++) {
                lower.set(i, j, 0);
            }
        }
        return new Factored(new Cholesky(lower, oneNorm(symmetric)));
    }

    /** {@code (A + λI)⁻¹} for a symmetric A ≥ 0 with both triangles; {@code n³} flops. */
    public static InverseOutcome invert(DoubleMatrix symmetric, double damping) {
        int n = symmetric.rows();
        double norm = symmetric.oneNorm() + damping; // exact, for no diagonal entry is negative
        DoubleMatrix inverse = DoubleMatrix.zeros(n, n);
        int order = symmetric.inverse(damping, inverse);
        if (order != 0) {
            return new NotPositiveDefinite(order);
        }
        inverse.mirrorLower();
        return new Inverted(inverse, n == 0 ? 1 : 1 / (norm * inverse.oneNorm()));
    }

    /** The Cholesky decomposition whose factor is already known, such as one that was read from a file. */
    public static Cholesky ofLower(DoubleMatrix lower) {
        return new Cholesky(lower, Double.NaN);
    }

    private static double oneNorm(DoubleMatrix symmetric) {
        int n = symmetric.rows();
        double[] sums = new double[n];
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double value = Math.abs(symmetric.get(i, j));
                sums[j] += value;
                if (i != j) {
                    sums[i] += value;
                }
            }
        }
        double norm = 0;
        for (double sum : sums) {
            norm = Math.max(norm, sum);
        }
        return norm;
    }

    /** L, with zeros above the diagonal. */
    public DoubleMatrix lower() {
        return lower;
    }

    /** An estimate of {@code 1/(‖A‖₁‖A⁻¹‖₁)}, seldom more than three times too large; {@code O(n²)}. */
    public double reciprocalCondition() {
        return lower.rows() == 0 ? 1 : Blas.current().lapack().reciprocalCondition(lower.rows(), lower.toArray(), norm);
    }

    /** {@code A⁻¹}; {@code 2n³/3} flops. */
    public DoubleMatrix inverse() {
        int n = lower.rows();
        double[] entries = lower.toArray();
        Blas.current().lapack().inverseOfCholesky(n, entries);
        DoubleMatrix inverse = DoubleMatrix.wrap(n, n, entries);
        inverse.mirrorLower();
        return inverse;
    }

    /** {@code A⁻¹b} for every column b, as a new matrix: two triangular solves. */
    public DoubleMatrix solve(DoubleMatrix rightHandSides) {
        DoubleMatrix x = rightHandSides.copy();
        x.solveLower(lower, false);
        x.solveLower(lower, true);
        return x;
    }

    /** {@code L⁻ᵀb} for every column b, as a new matrix. */
    public DoubleMatrix solveTransposedLower(DoubleMatrix rightHandSides) {
        DoubleMatrix x = rightHandSides.copy();
        x.solveLower(lower, true);
        return x;
    }

    /** {@code log det A = 2 Σ log L(i, i)}. */
    public double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < lower.rows(); i++) {
            sum += Math.log(lower.get(i, i));
        }
        return 2 * sum;
    }
}
