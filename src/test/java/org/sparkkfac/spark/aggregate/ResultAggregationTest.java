package org.sparkkfac.spark.aggregate;

import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;

final class ResultAggregationTest extends AggregationContract {
    @Override
    Aggregation aggregation(List<DoubleMatrix> shapes) {
        return new ResultAggregation();
    }
}
