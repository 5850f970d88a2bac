package org.sparkkfac.testing;

import java.util.Locale;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Comparisons of numbers that refuse NaN and name the worst entry.
 *
 * <p>The discrepancy of two matrices is the largest {@code |actual − expected|} as a fraction of the largest {@code
 * |expected|}, or as it stands where all that is expected is 0. The property {@code kfac.discrepancies} prints every one.
 */
public final class Near {
    /** A negative control must miss by more than this. */
    public static final double FAR = 1e-6;

    private Near() {}

    public static void assertNear(String what, Entries actual, Entries expected, double tolerance) {
        Worst worst = worst(what, actual, expected);
        if (System.getProperty("kfac.discrepancies") != null) {
            System.out.printf(Locale.ROOT, "%.1e of %.0e: %s%n", worst.discrepancy(), tolerance, what);
        }
        if (!(worst.discrepancy() <= tolerance)) {
            throw new AssertionError(
                    String.format(Locale.ROOT, "%s: %s, above the tolerance of %.1e", what, worst.text(), tolerance));
        }
    }

    public static void assertNear(String what, double[] actual, double[] expected, double tolerance) {
        assertNear(what, column(actual), column(expected), tolerance);
    }

    public static void assertNear(String what, double actual, double expected, double tolerance) {
        assertNear(what, new double[] {actual}, new double[] {expected}, tolerance);
    }

    public static void assertNear(String what, ParameterVector actual, ParameterVector expected, double tolerance) {
        assertNear(what, actual.toArray(), expected.toArray(), tolerance);
    }

    /** The negative control: requires that a deliberate mistake shows, by more than {@link #FAR}. */
    public static void assertFar(String mistake, Entries wrong, Entries expected) {
        Worst worst = worst(mistake, wrong, expected);
        if (!(worst.discrepancy() > FAR)) {
            throw new AssertionError(mistake + " goes unnoticed: " + worst.text());
        }
    }

    public static void assertFar(String mistake, double[] wrong, double[] expected) {
        assertFar(mistake, column(wrong), column(expected));
    }

    public static void assertFar(String mistake, double wrong, double expected) {
        assertFar(mistake, new double[] {wrong}, new double[] {expected});
    }

    /** Every entry of one must have the same bits as that of the other. */
    public static void assertSameBits(String what, Entries actual, Entries expected) {
        checkShape(what, actual, expected);
        for (int j = 0; j < expected.columns(); j++) {
            for (int i = 0; i < expected.rows(); i++) {
                if (Double.doubleToRawLongBits(actual.get(i, j)) != Double.doubleToRawLongBits(expected.get(i, j))) {
                    throw new AssertionError(what + ": entry (" + i + ", " + j + ") is " + actual.get(i, j)
                            + ", not bit for bit " + expected.get(i, j));
                }
            }
        }
    }

    private record Worst(double discrepancy, String text) {}

    private static Worst worst(String what, Entries actual, Entries expected) {
        checkShape(what, actual, expected);
        double scale = 0;
        double largest = -1;
        int row = 0;
        int column = 0;
        for (int j = 0; j < expected.columns(); j++) {
            for (int i = 0; i < expected.rows(); i++) {
                double difference = Math.abs(actual.get(i, j) - expected.get(i, j));
                if (!Double.isFinite(difference)) {
                    throw new AssertionError(what + ": entry (" + i + ", " + j + ") is " + actual.get(i, j)
                            + " and should be " + expected.get(i, j));
                }
                scale = Math.max(scale, Math.abs(expected.get(i, j)));
                if (difference > largest) {
                    largest = difference;
                    row = i;
                    column = j;
                }
            }
        }
        if (largest < 0) {
            return new Worst(0, "no entries");
        }
        double discrepancy = scale > 0 ? largest / scale : largest;
        String text = String.format(
                Locale.ROOT,
                "entry (%d, %d) is %s and should be %s, a discrepancy of %.3e of the largest entry",
                row,
                column,
                actual.get(row, column),
                expected.get(row, column),
                discrepancy);
        return new Worst(discrepancy, text);
    }

    private static void checkShape(String what, Entries actual, Entries expected) {
        if (actual.rows() != expected.rows() || actual.columns() != expected.columns()) {
            throw new AssertionError(what + " is " + actual.rows() + " × " + actual.columns() + " and should be "
                    + expected.rows() + " × " + expected.columns());
        }
    }

    private static DoubleMatrix column(double[] values) {
        return DoubleMatrix.wrap(values.length, 1, values.clone());
    }
}
