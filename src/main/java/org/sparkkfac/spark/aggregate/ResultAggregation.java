package org.sparkkfac.spark.aggregate;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** The states are the results of one job; the driver holds all of them at once. */
public final class ResultAggregation implements Aggregation {
    @Override
    public <T> void run(JavaRDD<T> groups, GroupFold<T> fold, Totals totals) {
        groups.mapPartitionsWithIndex(
                        (group, blocks) ->
                                List.of(fold.fold(group, blocks).toBytes()).iterator(),
                        true)
                .collect()
                .forEach(totals::add);
    }

    @Override
    public int tasks(int groups) {
        return groups;
    }
}
