package org.sparkkfac.train.acceptance;

/**
 * What became of a step. Whether it raised the loss may be known only to the next one, which then moves nothing but takes
 * it back: so it says for itself, while the step before stays as it was told.
 */
public enum StepOutcome {
    /** The parameters moved as chosen. */
    TAKEN,
    /** It, or the step before, raised the loss or led to where that is not finite; a part of it is left. */
    SHORTENED,
    /** The same; no part of it is left. */
    REFUSED
}
