package org.sparkkfac.linalg;

/**
 * Products on several threads of this process: the columns of the result are cut in panels, and every panel is one call of
 * the BLAS on one thread. Where a panel begins does not depend on the threads, so neither do the bits. The threads of
 * OpenBLAS itself wait in a loop after each call, in the way of what comes next; these do not.
 */
final class Panels {
    /** Wide enough for the speed of one gemm, narrow enough that a layer of a thousand inputs has several. */
    static final int WIDTH = 128;

    private Panels() {}

    /** {@code op(a)·op(b)} as a new matrix. */
    static DoubleMatrix product(DoubleMatrix a, boolean transposeA, DoubleMatrix b, boolean transposeB, int threads) {
        int rows = transposeA ? a.columns() : a.rows();
        int inner = transposeB ? b.columns() : b.rows();
        int columns = transposeB ? b.rows() : b.columns();
        DoubleMatrix product = DoubleMatrix.zeros(rows, columns);
        ParallelWork.run((columns + WIDTH - 1) / WIDTH, threads, panel -> {
            int first = panel * WIDTH;
            int width = Math.min(WIDTH, columns - first);
            DoubleMatrix right = transposeB ? b.view(first, width, 0, inner) : b.view(0, inner, first, width);
            product.view(0, rows, first, width).setToProduct(1, a, transposeA, right, transposeB, 0);
        });
        return product;
    }
}
