package org.sparkkfac.linalg;

import java.util.Arrays;
import org.sparkkfac.NumericalException;

/** The eigendecomposition {@code A = U diag(λ) Uᵀ} of a symmetric matrix, eigenvalues ascending. */
public final class SymmetricEigen {
    private final double[] values;
    private final DoubleMatrix vectors;

    private SymmetricEigen(double[] values, DoubleMatrix vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /**
     * Decomposes a symmetric matrix, of which only the upper triangle is read; LAPACK's dsyevd, about {@code 9n³} flops.
     *
     * @throws NumericalException if an entry is not finite or the iteration does not converge
     */
    public static SymmetricEigen of(DoubleMatrix symmetric) {
        int n = symmetric.rows();
        double[] vectors = symmetric.toArray();
        double[] values = decompose(n, vectors, true);
        return new SymmetricEigen(values, DoubleMatrix.wrap(n, n, vectors));
    }

    /** The eigenvalues alone, ascending; about {@code 4n³/3} flops. */
    public static double[] values(DoubleMatrix symmetric) {
        return decompose(symmetric.rows(), symmetric.toArray(), false);
    }

    /** The eigenvalues, ascending; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** Orthonormal eigenvectors in the columns, in the order of the values. */
    public DoubleMatrix vectors() {
        return vectors;
    }

    private static double[] decompose(int n, double[] entries, boolean vectors) {
        double[] values = new double[n];
        if (!Arrays.stream(entries).allMatch(Double::isFinite)) {
            throw new NumericalException("a " + n + " × " + n + " matrix holds NaN or infinite numbers");
        }
        if (n > 0) {
            int info = Blas.current().lapack().eigen(n, entries, values, vectors);
            if (info != 0) {
                throw new NumericalException("the eigenvalues of a " + n + " × " + n + " matrix do not converge");
            }
        }
        return values;
    }
}
