package org.sparkkfac.train;

/** What became of a step. */
public enum StepOutcome {
    /** The parameters moved as chosen. */
    TAKEN,
    /** It raised the loss, or led to where that is not finite, and only a part of it was taken. */
    SHORTENED,
    /** No part of it was taken. */
    REFUSED
}
