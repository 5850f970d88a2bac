package org.sparkkfac.linalg;

/** Kronecker products {@code A ⊗ G}, applied to vec(V) with V of size G × A and never formed. */
public final class Kronecker {
    private Kronecker() {}

    /**
     * {@code G·V·Aᵀ}, which is {@code (A ⊗ G) vec(V)} as a matrix.
     *
     * @param a right factor of V's columns, any × V.columns
     * @param g left factor of V's rows, any × V.rows
     */
    public static DoubleMatrix multiply(DoubleMatrix a, DoubleMatrix g, DoubleMatrix v) {
        return DoubleMatrix.product(g.times(v), false, a, true);
    }

    /** {@code Aᵀ ⊗ Gᵀ} applied to vec(V): {@code Gᵀ·V·A}. */
    public static DoubleMatrix multiplyTransposed(DoubleMatrix a, DoubleMatrix g, DoubleMatrix v) {
        return DoubleMatrix.product(g, true, v, false).times(a);
    }

    /** The product as one dense matrix, for tests and for small layers; refuses what no array can hold. */
    public static DoubleMatrix toDense(DoubleMatrix a, DoubleMatrix g) {
        DoubleMatrix dense = DoubleMatrix.zeros(
                Math.multiplyExact(a.rows(), g.rows()), Math.multiplyExact(a.columns(), g.columns()));
        for (int j = 0; j < a.columns(); j++) {
            for (int i = 0; i < a.rows(); i++) {
                dense.view(i * g.rows(), g.rows(), j * g.columns(), g.columns()).add(a.get(i, j), g);
            }
        }
        return dense;
    }
}
