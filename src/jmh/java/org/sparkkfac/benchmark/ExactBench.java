package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** Exact blocks of 64-32-10 against a rank-one update for each row and class. */
final class ExactBench implements Bench {
    private static final int ROWS = 20_000;

    @Override
    public String name() {
        return "exact";
    }

    @Override
    public String description() {
        return "exact blocks of 64-32-10 (p = 2,080 and 330), exact Fisher, 20,000 generated rows kept as blocks, against"
                + " Spark's spr a row and class on 1,000 of them, its time scaled by 20, with Java's BLAS and with the same"
                + " OpenBLAS, each in a JVM of its own; the clock holds the job";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.chain("tanh", "softmax", 64, 32, 10);
            Dataset<Row> rows = RankOneWorker.rows(session, ROWS).persist();
            rows.count();
            JavaRDD<Row> few = RankOneWorker.persisted(rows, setting.threads());
            Case asItComes = spr("spr a row and class as it comes, scaled", Forked.NO_NATIVE, setting);
            Case openBlas = spr("spr a row and class with OpenBLAS, scaled", List.of(), setting);
            CollectOptions options = CollectOptions.defaults()
                    .withColumns(Columns.of("features", "label"))
                    .withFisher(Fisher.exact())
                    .withKinds(StatisticKind.EXACT_BLOCK)
                    .withGroups(4);
            SparkPass kept = new SparkPass(rows, options).persist(StorageLevel.MEMORY_ONLY());
            double flop = ROWS * options.plan().request(network).flopsOfRow(network);
            Case ours = Case.of("spark-kfac", Precision.DOUBLE, flop, () -> options.plan().collect(network, kept));
            SparkPass single = new SparkPass(rows, options.withPrecision(Precision.SINGLE))
                    .persist(StorageLevel.MEMORY_ONLY());
            Case oursSingle = Case.of(
                    "spark-kfac",
                    Precision.SINGLE,
                    flop,
                    () -> options.withPrecision(Precision.SINGLE).plan().collect(network, single));
            check(few, network, options.plan().collect(network, new SparkPass(rows.limit(RankOneWorker.ROWS), options)));
            Map<Case, double[]> seconds = setting.timing().run(List.of(asItComes, openBlas, ours, oursSingle));
            double slow = results.add(asItComes, seconds.get(asItComes), null);
            double fast = results.add(openBlas, seconds.get(openBlas), slow);
            for (Case each : List.of(ours, oursSingle)) {
                results.add(each, seconds.get(each), slow);
                results.add(
                        "spark-kfac over spr with OpenBLAS",
                        each.precision().toString(),
                        Map.of("speedup", fast / Timing.median(seconds.get(each))));
            }
        } finally {
            session.stop();
        }
    }

    private static Case spr(String name, List<String> options, Setting setting) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx2g");
        return new Forked(name, Precision.DOUBLE, 0, all, RankOneWorker.class, setting.master(), "" + ROWS);
    }

    /** That both sum the same. */
    private static void check(JavaRDD<Row> rows, Network network, StatisticsState ours) {
        double[][] plain = RankOneWorker.sums(rows, network);
        for (int l = 0; l < 2; l++) {
            DoubleMatrix block = ours.statistics(StatisticKind.EXACT_BLOCK)
                    .get(l)
                    .sums()
                    .get(ExactBlock.EXACT_BLOCK)
                    .toDense(1);
            double worst = 0;
            for (int j = 0; j < block.columns(); j++) {
                for (int i = 0; i <= j; i++) {
                    worst = Math.max(worst, Math.abs(block.get(i, j) - plain[l][j * (j + 1) / 2 + i]));
                }
            }
            System.err.printf("exact: layer %d differs by at most %.2g of its norm%n", l, worst / block.norm());
            if (worst > 1e-10 * block.norm()) {
                throw new IllegalStateException("the two blocks differ");
            }
        }
    }
}
