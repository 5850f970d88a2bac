package org.sparkkfac.train.state;

import org.sparkkfac.linalg.Precision;

/**
 * A step that has been taken while nobody has asked its rows yet whether it raised the objective there.
 *
 * @param cursor where its batch begins
 * @param rows of its batch
 * @param value h on these rows before the step; NaN where no step is unchecked
 */
public record PendingStep(BatchCursor cursor, long rows, double value) {
    /** Values of single-precision passes that differ by less, relatively, do not differ. */
    private static final double ROUNDING_OF_SINGLE = 1e-6;

    /** The same in double precision. */
    private static final double ROUNDING_OF_DOUBLE = 1e-12;

    /** All that has been taken is known to be for the better, or will not be checked. */
    public static final PendingStep NONE = new PendingStep(BatchCursor.START, 0, Double.NaN);

    public boolean isNone() {
        return Double.isNaN(value);
    }

    /** Whether a value of h on the same rows after the step speaks against it: one that is higher, or not finite. */
    public boolean isRaisedBy(double after, Precision precision) {
        return !isNone() && (!Double.isFinite(after) || isRaised(value, after - value, precision));
    }

    /** Whether a change is for the worse, and not by rounding alone; one that is NaN is not. */
    public static boolean isRaised(double value, double change, Precision precision) {
        double rounding = precision == Precision.DOUBLE ? ROUNDING_OF_DOUBLE : ROUNDING_OF_SINGLE;
        return change > rounding * Math.abs(value);
    }
}
