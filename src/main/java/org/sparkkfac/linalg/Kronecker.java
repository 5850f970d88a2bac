package org.sparkkfac.linalg;

import java.util.ArrayList;
import java.util.List;

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

    /** {@link #multiply} for several V of one shape: two products in all, on several threads with the bits of one. */
    public static List<DoubleMatrix> multiply(DoubleMatrix a, DoubleMatrix g, List<DoubleMatrix> vs, int threads) {
        return multiply(a, true, g, false, vs, threads);
    }

    /** {@link #multiplyTransposed} for several V of one shape: two products in all, on several threads. */
    public static List<DoubleMatrix> multiplyTransposed(
            DoubleMatrix a, DoubleMatrix g, List<DoubleMatrix> vs, int threads) {
        return multiply(a, false, g, true, vs, threads);
    }

    /** {@code op(G)·V·op(A)}: side by side for G, then one below the other for A. */
    private static List<DoubleMatrix> multiply(
            DoubleMatrix a,
            boolean transposeA,
            DoubleMatrix g,
            boolean transposeG,
            List<DoubleMatrix> vs,
            int threads) {
        if (vs.isEmpty()) {
            return List.of();
        }
        if (vs.size() == 1) {
            DoubleMatrix left = Panels.product(g, transposeG, vs.get(0), false, threads);
            return List.of(Panels.product(left, false, a, transposeA, threads));
        }
        int rows = vs.get(0).rows();
        int columns = vs.get(0).columns();
        DoubleMatrix beside = DoubleMatrix.zeros(rows, columns * vs.size());
        for (int k = 0; k < vs.size(); k++) {
            beside.view(0, rows, k * columns, columns).copyFrom(vs.get(k));
        }
        DoubleMatrix left = Panels.product(g, transposeG, beside, false, threads);
        int leftRows = left.rows();
        DoubleMatrix below = DoubleMatrix.zeros(leftRows * vs.size(), columns);
        for (int k = 0; k < vs.size(); k++) {
            below.view(k * leftRows, leftRows, 0, columns).copyFrom(left.view(0, leftRows, k * columns, columns));
        }
        DoubleMatrix both = Panels.product(below, false, a, transposeA, threads);
        List<DoubleMatrix> results = new ArrayList<>();
        for (int k = 0; k < vs.size(); k++) {
            results.add(both.view(k * leftRows, leftRows, 0, both.columns()).copy());
        }
        return results;
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

    /** {@code (A ⊗ G) diag(vec S) (A ⊗ G)ᵀ} as one dense matrix, for tests and for small layers. */
    public static DoubleMatrix inBasis(DoubleMatrix a, DoubleMatrix g, DoubleMatrix s) {
        DoubleMatrix basis = toDense(a, g);
        DoubleMatrix scaled = basis.copy();
        scaled.scaleColumns(s.toArray());
        return DoubleMatrix.product(scaled, false, basis, true);
    }
}
