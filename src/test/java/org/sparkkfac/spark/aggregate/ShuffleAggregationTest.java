package org.sparkkfac.spark.aggregate;

import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;

/** In several partitions, which the driver fetches one by one. */
final class ShuffleAggregationTest extends AggregationContract {
    @Override
    Aggregation aggregation(List<DoubleMatrix> shapes) {
        return new ShuffleAggregation(Tiles.of(shapes), 1000);
    }
}
