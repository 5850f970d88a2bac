package org.sparkkfac.train;

import org.sparkkfac.linalg.Precision;

/**
 * A step that has been taken while nobody has asked its rows yet whether it raised the objective there.
 *
 * @param cursor where its batch begins
 * @param rows of its batch
 * @param value h on these rows before the step; NaN where no step is unchecked
 */
public record PendingStep(BatchCursor cursor, long rows, double value) {
    /** All that has been taken is known to be for the better, or will not be checked. */
    public static final PendingStep NONE = new PendingStep(BatchCursor.START, 0, Double.NaN);

    boolean isNone() {
        return Double.isNaN(value);
    }

    /** Whether a value of h on the same rows after the step speaks against it: one that is higher, or not finite. */
    boolean isRaisedBy(double after, Precision precision) {
        return !isNone() && (!Double.isFinite(after) || Objective.isRaised(value, after - value, precision));
    }
}
