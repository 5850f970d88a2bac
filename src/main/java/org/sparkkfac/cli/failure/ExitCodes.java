package org.sparkkfac.cli.failure;

/** What the exit code of the process says. */
public final class ExitCodes {
    /** It is done. */
    public static final int DONE = 0;
    /** A bug; the only one that comes with a stack trace. */
    public static final int BUG = 1;
    /** The user can mend it. */
    public static final int USER = 2;
    /** The numbers do not allow it. */
    public static final int NUMERICAL = 3;
    /** Spark or the storage failed. */
    public static final int STORAGE = 4;

    private ExitCodes() {}
}
