package org.sparkkfac.train.state;

import org.sparkkfac.linalg.Precision;

/**
 * A step that waits: its rows have not been asked yet whether it raised the objective there.
 *
 * @param cursor where its batch begins
 * @param rows of its batch
 * @param value h on these rows before the step; NaN where no step waits
 */
public record PendingStep(BatchCursor cursor, long rows, double value) {
    /** No step waits. */
    public static final PendingStep NONE = new PendingStep(BatchCursor.START, 0, Double.NaN);

    /** Values of single-precision passes that differ by less, relatively, do not differ. */
    private static final double ROUNDING_OF_SINGLE = 1e-6;

    /** The same in double precision. */
    private static final double ROUNDING_OF_DOUBLE = 1e-12;

    /** Whether no step waits. */
    public boolean isNone() {
        return Double.isNaN(value);
    }

    /** Whether h on the same rows after the step speaks against it: it is higher, or not finite. */
    public boolean isRaisedBy(double after, Precision precision) {
        return !isNone() && (!Double.isFinite(after) || isRaised(value, after - value, precision));
    }

    /** Whether a change of h is upwards by more than rounding; a change that is NaN is not. */
    public static boolean isRaised(double value, double change, Precision precision) {
        double rounding = precision == Precision.DOUBLE ? ROUNDING_OF_DOUBLE : ROUNDING_OF_SINGLE;
        return change > rounding * Math.abs(value);
    }
}
