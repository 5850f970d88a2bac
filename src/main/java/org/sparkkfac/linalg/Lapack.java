package org.sparkkfac.linalg;

/** The LAPACK routines in use, on dense column-major n × n arrays of which only the named triangle is read. */
interface Lapack {
    /** Overwrites the lower triangle with L of {@code A = LLᵀ}; returns 0, or the order of the first minor that is not positive. */
    int cholesky(int n, double[] lower);

    /** Overwrites the lower triangle L with that of {@code (LLᵀ)⁻¹}. */
    void inverseOfCholesky(int n, double[] lower);

    /**
     * Overwrites the lower triangle of {@code inverse} with that of {@code (A + λI)⁻¹}, for λ the damping, or returns the
     * order as above.
     *
     * @param a n² entries or more; not changed
     */
    default int inverse(int n, double[] a, double damping, double[] inverse) {
        System.arraycopy(a, 0, inverse, 0, n * n);
        for (int i = 0; i < n; i++) {
            inverse[i * (n + 1)] += damping;
        }
        int order = cholesky(n, inverse);
        if (order == 0) {
            inverseOfCholesky(n, inverse);
        }
        return order;
    }

    /** Estimate of {@code 1/(‖A‖₁‖A⁻¹‖₁)} from the Cholesky factor and the 1-norm of A. */
    double reciprocalCondition(int n, double[] lower, double norm);

    /** Overwrites {@code symmetric} with eigenvectors in columns and returns 0, or a positive number without convergence. */
    int eigen(int n, double[] symmetric, double[] ascendingEigenvalues, boolean vectors);
}
