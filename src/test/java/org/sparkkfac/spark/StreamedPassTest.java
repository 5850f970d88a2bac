package org.sparkkfac.spark;

import java.util.List;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.testing.Row;

/** The contract of passes, with rows that Spark reads anew for each. */
final class StreamedPassTest extends PassContract {
    @Override
    protected Pass pass(Network network, List<Row> rows, Precision precision, int groups, int blockRows) {
        return new SparkPass(StepSamples.dataset(rows, groups), StepSamples.options(precision, groups, blockRows));
    }

    @Override
    protected int cases() {
        return 2;
    }
}
