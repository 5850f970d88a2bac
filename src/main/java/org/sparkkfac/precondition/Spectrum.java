package org.sparkkfac.precondition;

import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.SymmetricEigen;

/** The one test of singularity: smallest eigenvalue + λ ≤ dim·ε·largest. */
final class Spectrum {
    private static final double EPSILON = Math.ulp(1.0);

    /**
     * The reciprocal condition is in the 1-norm, and dpocon may overestimate it by about 3; beyond ten times the limit
     * there is no doubt.
     */
    private static final double DOUBT = 10;

    private Spectrum() {}

    /** Whether eigenvalues from {@code smallest} to {@code largest} are singular with damping λ. */
    static boolean isSingular(double smallest, double largest, double dimension, double damping) {
        return Math.max(0, smallest) + damping <= dimension * EPSILON * Math.max(0, largest);
    }

    static void requireNonsingular(
            String layer, String what, double smallest, double largest, double dimension, double damping) {
        if (isSingular(smallest, largest, dimension, damping)) {
            throw new SingularBlockException(layer, what, Math.max(0, smallest), Math.max(0, largest), damping);
        }
    }

    static void requireFinite(String layer, String what, DoubleMatrix matrix) {
        if (!matrix.isFinite()) {
            throw new NumericalException("layer " + layer + ": " + what
                    + " holds NaN or infinite numbers; the model's outputs overflow on these rows");
        }
    }

    /**
     * The Cholesky factor of {@code symmetric + λI}. The eigenvalues are computed only where the factor leaves doubt.
     *
     * @throws SingularBlockException if the sum is singular
     */
    static Cholesky factor(String layer, String what, DoubleMatrix symmetric, double damping) {
        requireFinite(layer, what, symmetric);
        int n = symmetric.rows();
        DoubleMatrix damped = symmetric.copy();
        damped.addToDiagonal(damping);
        Cholesky.Outcome outcome = Cholesky.factor(damped);
        if (outcome instanceof Cholesky.Factored factored
                && factored.cholesky().reciprocalCondition() > DOUBT * n * EPSILON) {
            return factored.cholesky();
        }
        SingularBlockException singular = inDoubt(layer, what, symmetric, damping);
        if (outcome instanceof Cholesky.Factored factored) {
            return factored.cholesky();
        }
        throw singular;
    }

    /**
     * {@code (symmetric + λI)⁻¹}, for a matrix with both triangles; as {@link #factor}.
     *
     * @throws SingularBlockException if the sum is singular
     */
    static DoubleMatrix inverse(String layer, String what, DoubleMatrix symmetric, double damping) {
        Cholesky.InverseOutcome outcome = Cholesky.invert(symmetric, damping);
        if (outcome instanceof Cholesky.Inverted inverted
                && inverted.reciprocalCondition() > DOUBT * symmetric.rows() * EPSILON) {
            return inverted.inverse(); // and nothing was NaN or infinite, or else the norms would be
        }
        requireFinite(layer, what, symmetric);
        SingularBlockException singular = inDoubt(layer, what, symmetric, damping);
        if (outcome instanceof Cholesky.Inverted inverted && inverted.inverse().isFinite()) {
            return inverted.inverse();
        }
        throw singular;
    }

    /**
     * Lets the eigenvalues decide.
     *
     * @return what to throw if Cholesky failed nonetheless
     * @throws SingularBlockException if they say that the sum is singular
     */
    private static SingularBlockException inDoubt(String layer, String what, DoubleMatrix symmetric, double damping) {
        double[] eigenvalues = SymmetricEigen.values(symmetric);
        int n = eigenvalues.length;
        requireNonsingular(layer, what, eigenvalues[0], eigenvalues[n - 1], n, damping);
        return new SingularBlockException(layer, what, Math.max(0, eigenvalues[0]), eigenvalues[n - 1], damping);
    }
}
