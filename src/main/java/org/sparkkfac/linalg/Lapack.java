package org.sparkkfac.linalg;

/** The LAPACK routines in use, on dense column-major n × n arrays of which only the named triangle is read. */
interface Lapack {
    /** Overwrites the lower triangle with L of {@code A = LLᵀ}; returns 0, or the order of the first minor that is not positive. */
    int cholesky(int n, double[] lower);

    /** Overwrites the lower triangle L with that of {@code (LLᵀ)⁻¹}. */
    void inverseOfCholesky(int n, double[] lower);

    /** Overwrites the lower triangle of a positive definite A with that of {@code A⁻¹}, or returns the order as above. */
    default int inverse(int n, double[] lower) {
        int order = cholesky(n, lower);
        if (order == 0) {
            inverseOfCholesky(n, lower);
        }
        return order;
    }

    /** Estimate of {@code 1/(‖A‖₁‖A⁻¹‖₁)} from the Cholesky factor and the 1-norm of A. */
    double reciprocalCondition(int n, double[] lower, double norm);

    /** Overwrites {@code symmetric} with eigenvectors in columns and returns 0, or a positive number without convergence. */
    int eigen(int n, double[] symmetric, double[] ascendingEigenvalues, boolean vectors);
}
