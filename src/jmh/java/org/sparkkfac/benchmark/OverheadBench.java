package org.sparkkfac.benchmark;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.stats.StatisticKind;

/** What a step costs when there is next to nothing to compute. */
final class OverheadBench implements Bench {
    @Override
    public String name() {
        return "overhead";
    }

    @Override
    public String description() {
        return "a step of 64-32-10 on 2,000 kept rows in as many groups as threads: broadcast of the weights, job, gradient"
                + " and Kronecker factors on the driver; milliseconds";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.chain("tanh", "softmax", 64, 32, 10);
            Dataset<Row> rows = session.range(0, 2000, 1, setting.threads())
                    .selectExpr(
                            "transform(sequence(1, 64), i -> sin(i * id * 0.37)) as features",
                            "cast(id % 10 as int) as label");
            CollectOptions options = CollectOptions.defaults()
                    .withColumns(Columns.of("features", "label"))
                    .withKinds(StatisticKind.KRONECKER)
                    .withGroups(setting.threads());
            SparkPass kept = new SparkPass(rows, options).persist(StorageLevel.MEMORY_ONLY());
            Case step = Case.of("step", Precision.DOUBLE, 0, () -> options.plan().collect(network, kept));
            new Timing(50, 20 * setting.repetitions()).run(List.of(step)).forEach((each, seconds) -> {
                results.add(each, seconds, null);
                results.add("step", "double", Map.of("milliseconds", 1e3 * Timing.median(seconds)));
            });
        } finally {
            session.stop();
        }
    }
}
