package org.sparkkfac.spark;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** The states are the results of one job; the driver holds all of them at once. */
final class ResultAggregation implements Aggregation {
    @Override
    public void run(JavaRDD<RowParcel> groups, FoldGroup fold, GroupTotals totals) {
        groups.mapPartitions(parcels -> List.of(fold.fold(parcels).toBytes()).iterator())
                .collect()
                .forEach(totals::add);
    }

    @Override
    public int tasks(int groups) {
        return groups;
    }
}
