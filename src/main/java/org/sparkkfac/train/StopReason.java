package org.sparkkfac.train;

/** Why training stopped. */
public enum StopReason {
    STEPS,
    EPOCHS,
    TIME,
    TARGET_LOSS,
    PATIENCE,
    /** The one who watches asked for it. */
    REQUEST
}
