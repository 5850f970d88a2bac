package org.sparkkfac.spark;

import org.apache.spark.api.java.JavaSparkContext;
import org.sparkkfac.UserException;

/** Refuses, before the job starts, states that the driver could not receive. */
final class ResultSize {
    private static final long MIB = 1 << 20;

    private ResultSize() {}

    /**
     * Checks the results of all groups against {@code spark.driver.maxResultSize} and the driver's heap.
     *
     * @throws UserException that says what to change
     */
    static void check(JavaSparkContext context, int groups, long stateBytes) {
        long total = groups * stateBytes;
        if (stateBytes > Integer.MAX_VALUE - MIB) {
            throw new UserException("one state takes " + stateBytes / MIB
                    + " MiB, more than one task can send; choose fewer or smaller statistics (kronecker, diagonal)");
        }
        long limit = context.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
        if (limit > 0 && total > limit) {
            throw new UserException(
                    groups + " groups of " + stateBytes / MIB + " MiB exceed spark.driver.maxResultSize = "
                            + limit / MIB + " MiB; set statistics.groups to at most " + Math.max(1, limit / stateBytes)
                            + " or raise that setting");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (total + 2 * stateBytes > heap) {
            throw new UserException(
                    "the driver must hold " + (total + 2 * stateBytes) / MIB + " MiB of states but its heap is "
                            + heap / MIB + " MiB; lower statistics.groups or give the driver more memory");
        }
    }
}
