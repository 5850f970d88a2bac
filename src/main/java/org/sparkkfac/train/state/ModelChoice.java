package org.sparkkfac.train.state;

/** Which parameters of a state are the model. */
public enum ModelChoice {
    /** The last ones. */
    LAST,
    /** Those that an eighth of the last chosen step leads to. */
    SHORTENED,
    /** Those before the last chosen step. */
    BEFORE,
    /** The running average of the iterates. */
    AVERAGE;

    /** The iterate that a verdict on the last chosen step leaves. */
    public static ModelChoice of(Verdict verdict) {
        return switch (verdict) {
            case ACCEPT, WAIT -> LAST;
            case SHORTEN -> SHORTENED;
            case REJECT -> BEFORE;
        };
    }
}
