package org.sparkkfac.testing;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * Random cases, each from a seed of its own. A failing case prints its seed; {@code -Dkfac.seed=…} runs that one alone.
 */
public final class Cases {
    private static final long FIRST_SEED = 20_260_101;

    private final SplittableRandom random;

    private Cases(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs a test on so many cases. */
    public static void each(int count, Consumer<Cases> test) {
        Long only = Long.getLong("kfac.seed");
        for (int i = 0; i < (only == null ? count : 1); i++) {
            long seed = only == null ? FIRST_SEED + i : only;
            try {
                test.accept(new Cases(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("with seed " + seed + " (-Dkfac.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    /** One case, where the seed does not matter. */
    public static Cases one() {
        return new Cases(FIRST_SEED);
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    public int integer(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    public double normal() {
        return random.nextGaussian();
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public double[] normals(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = normal();
        }
        return values;
    }

    /** A matrix of standard normal entries. */
    public DoubleMatrix matrix(int rows, int columns) {
        return DoubleMatrix.wrap(rows, columns, normals(rows * columns));
    }

    public Matrix matrix(Precision precision, int rows, int columns) {
        return matrix(rows, columns).to(precision);
    }

    /** A symmetric positive definite matrix with eigenvalues from about 0.1 to a few. */
    public DoubleMatrix positiveDefinite(int n) {
        DoubleMatrix x = matrix(n, 2 * n + 2);
        DoubleMatrix result = DoubleMatrix.product(x, false, x, true);
        result.scale(1.0 / (2 * n + 2));
        result.addToDiagonal(0.1);
        return result;
    }

    /** A random order of 0 … n − 1. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = integer(0, i);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** A random way to write n as a sum of {@code parts} numbers, some of which are often 0. */
    public int[] split(int n, int parts) {
        int[] sizes = new int[parts];
        for (int i = 0; i < n; i++) {
            sizes[chance(0.5) ? 0 : integer(0, parts - 1)]++;
        }
        return sizes;
    }
}
