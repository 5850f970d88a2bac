package org.sparkkfac.spark.aggregate;

import org.apache.spark.api.java.JavaRDD;

/** A way in which the states of all groups come together on the driver, always added up in group order. */
public interface Aggregation {
    /**
     * Runs the job or jobs.
     *
     * @param groups blocks, a partition a group
     * @param fold what a task makes of its group
     * @param totals to which the results are added
     */
    <T> void run(JavaRDD<T> groups, GroupFold<T> fold, Totals totals);

    /** Number of tasks, for the progress. */
    int tasks(int groups);
}
