package org.sparkkfac.spark;

import org.apache.spark.api.java.JavaSparkContext;
import org.sparkkfac.UserException;

/** Refuses, before the job starts, states that the driver could not receive. */
final class ResultSize {
    private static final long MIB = 1 << 20;

    /** What Spark adds to the result of a task: metrics and accumulators, some KiB. */
    private static final long OVERHEAD = 16 << 10;

    private ResultSize() {}

    /**
     * Checks the results of all groups against {@code spark.driver.maxResultSize} and the driver's heap.
     *
     * @throws UserException that says what to change
     */
    static void check(JavaSparkContext context, int groups, long stateBytes) {
        if (stateBytes > Integer.MAX_VALUE - MIB) {
            throw new UserException("one state takes " + size(stateBytes)
                    + ", more than one task can send; choose fewer or smaller statistics (kronecker, diagonal)");
        }
        long result = stateBytes + OVERHEAD;
        long limit = context.getConf().getSizeAsBytes("spark.driver.maxResultSize", "1g");
        if (limit > 0 && result > limit) {
            throw new UserException("one state of " + size(result) + " exceeds spark.driver.maxResultSize = "
                    + size(limit)
                    + "; raise that setting or choose fewer or smaller statistics (kronecker, diagonal)");
        }
        long total = groups * result;
        if (limit > 0 && total > limit) {
            throw new UserException(groups + " groups of " + size(result) + " exceed spark.driver.maxResultSize = "
                    + size(limit) + "; set statistics.groups to at most " + limit / result
                    + " or raise that setting");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (total + 2 * stateBytes > heap) {
            throw new UserException("the driver must hold " + size(total + 2 * stateBytes)
                    + " of states but its heap is " + size(heap)
                    + "; lower statistics.groups or give the driver more memory");
        }
    }

    /** In MiB, or in KiB where those would say little. */
    private static String size(long bytes) {
        return bytes < 10 * MIB ? bytes / 1024 + " KiB" : bytes / MIB + " MiB";
    }
}
