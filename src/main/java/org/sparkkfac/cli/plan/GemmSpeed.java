package org.sparkkfac.cli.plan;

import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/** How fast a matrix product runs here: a rough figure in a tenth of a second, for estimates and for telling a slow BLAS. */
public final class GemmSpeed {
    private static final int SIZE = 768;
    private static final int REPETITIONS = 3;

    private GemmSpeed() {}

    /** 10⁹ operations a second of one thread, the best of a few products. */
    public static double gflops(Precision precision) {
        Matrix a = Matrix.zeros(precision, SIZE, SIZE);
        a.fill(1);
        Matrix c = Matrix.zeros(precision, SIZE, SIZE);
        double best = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            long start = System.nanoTime();
            c.setToProduct(1, a, false, a, false, 0);
            best = Math.max(best, 2.0 * SIZE * SIZE * SIZE / (System.nanoTime() - start));
        }
        return best;
    }
}
