package org.sparkkfac.train.state;

/** Why training stopped. */
public enum StopReason {
    STEPS,
    EPOCHS,
    TIME,
    TARGET_LOSS,
    PATIENCE,
    /** The one who watches asked for it; training can go on as if it had not stopped. */
    REQUEST
}
