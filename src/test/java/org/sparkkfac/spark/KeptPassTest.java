package org.sparkkfac.spark;

import java.util.List;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.testing.Row;

/** The contract of passes, with rows that Spark keeps as blocks. */
final class KeptPassTest extends PassContract {
    @Override
    protected Pass pass(Network network, List<Row> rows, Precision precision, int groups, int blockRows) {
        return new SparkPass(StepSamples.dataset(rows, groups), StepSamples.options(precision, groups, blockRows))
                .persist(StorageLevel.MEMORY_ONLY());
    }

    @Override
    protected void release(Pass pass) {
        ((SparkPass) pass).close();
    }

    @Override
    protected int cases() {
        return 2;
    }
}
