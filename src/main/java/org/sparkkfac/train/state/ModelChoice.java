package org.sparkkfac.train.state;

/** Which parameters of a state are the model. */
public enum ModelChoice {
    /** The last ones. */
    LAST,
    /** What an eighth of the last chosen step leads to, since all of it raised the loss or led to where that is not finite. */
    SHORTENED,
    /** Those before the last chosen step, since that part of it is no better. */
    BEFORE,
    /** The running average of the iterates. */
    AVERAGE
}
