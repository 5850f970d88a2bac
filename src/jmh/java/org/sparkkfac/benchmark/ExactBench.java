package org.sparkkfac.benchmark;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.BLAS;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkStatisticsPass;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** Exact blocks of 64-32-10 against a rank-one update for each row and class. */
final class ExactBench implements Bench {
    private static final int ROWS = 20_000;
    private static final int PLAIN_ROWS = 1_000;

    @Override
    public String name() {
        return "exact";
    }

    @Override
    public String description() {
        return "exact blocks of 64-32-10 (p = 2,080 and 330), exact Fisher, 20,000 generated rows kept as blocks, against"
                + " spr a row and class in Spark on 1,000 of them, its time scaled by 20; the clock holds the job";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Network network = Networks.chain("tanh", "softmax", 64, 32, 10);
            Dataset<Row> rows = session.range(0, ROWS, 1, 4)
                    .selectExpr(
                            "transform(sequence(1, 64), i -> sin(i * id * 0.37) + cos(i + id)) as features",
                            "cast(id % 10 as int) as label")
                    .persist();
            rows.count();
            JavaRDD<Row> few = rows.limit(PLAIN_ROWS)
                    .javaRDD()
                    .repartition(setting.threads())
                    .persist(StorageLevel.MEMORY_ONLY());
            few.count();
            Case plain = new Case.Timed(
                    "spr a row and class, scaled",
                    Precision.DOUBLE,
                    0,
                    () -> plain(few, network) * ((double) ROWS / PLAIN_ROWS));
            CollectOptions options = CollectOptions.defaults()
                    .withColumns(Columns.of("features", "label"))
                    .withFisher(Fisher.exact())
                    .withKinds(StatisticKind.EXACT_BLOCK)
                    .withGroups(4);
            SparkStatisticsPass kept = new SparkStatisticsPass(rows, options).persist(StorageLevel.MEMORY_ONLY());
            double flop = ROWS * options.plan().flopsOfRow(network, true);
            Case ours = Case.of("spark-kfac", Precision.DOUBLE, flop, () -> kept.run(network, options.plan()));
            SparkStatisticsPass single = new SparkStatisticsPass(rows, options.withPrecision(Precision.SINGLE))
                    .persist(StorageLevel.MEMORY_ONLY());
            Case oursSingle = Case.of(
                    "spark-kfac",
                    Precision.SINGLE,
                    flop,
                    () -> single.run(
                            network, options.withPrecision(Precision.SINGLE).plan()));
            check(few, network, new SparkStatisticsPass(rows.limit(PLAIN_ROWS), options).run(network, options.plan()));
            Map<Case, double[]> seconds = setting.timing().run(List.of(plain, ours, oursSingle));
            double baseline = results.add(plain, seconds.get(plain), null);
            results.add(ours, seconds.get(ours), baseline);
            results.add(oursSingle, seconds.get(oursSingle), baseline);
        } finally {
            session.stop();
        }
    }

    private static double plain(JavaRDD<Row> rows, Network network) {
        long start = System.nanoTime();
        double[][] sums = sums(rows, network);
        if (sums.length != 2) {
            throw new IllegalStateException();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** As one would write it with Spark's own spr: upper triangles, column by column, one a layer. */
    private static double[][] sums(JavaRDD<Row> rows, Network network) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(rows.context());
        var broadcast = context.broadcast(network.parameters().blocks().stream()
                .map(DoubleMatrix::toArray)
                .toArray(double[][]::new));
        return rows.mapPartitions(some -> {
                    Network here = Networks.chain("tanh", "softmax", 64, 32, 10);
                    for (int l = 0; l < 2; l++) {
                        DoubleMatrix block = here.parameters().block(l);
                        block.copyFrom(DoubleMatrix.wrap(
                                block.rows(), block.columns(), broadcast.value()[l]));
                    }
                    TapEngine engine = new TapEngine(here, Fisher.exact(), Precision.DOUBLE, false);
                    double[][] sums = {new double[2080 * 2081 / 2], new double[330 * 331 / 2]};
                    while (some.hasNext()) {
                        add(sums, engine.taps(block(some.next())).layers());
                    }
                    return java.util.Collections.singletonList(sums).iterator();
                })
                .reduce((a, b) -> {
                    for (int l = 0; l < a.length; l++) {
                        for (int i = 0; i < a[l].length; i++) {
                            a[l][i] += b[l][i];
                        }
                    }
                    return a;
                });
    }

    private static RowBlock block(Row row) {
        RowBlockBuilder builder = new RowBlockBuilder(Precision.DOUBLE, 64, 1);
        double[] x = row.<Object>getList(0).stream()
                .mapToDouble(value -> ((Number) value).doubleValue())
                .toArray();
        builder.add(x, null, 1, 0);
        return builder.build();
    }

    private static void add(double[][] sums, List<Tap> taps) {
        for (int l = 0; l < taps.size(); l++) {
            Tap tap = taps.get(l);
            int out = tap.fisherGradients().rows();
            for (int c = 0; c < tap.copies(); c++) {
                double[] z = new double[out * tap.activations().rows()];
                for (int k = 0; k < z.length; k++) {
                    z[k] = tap.activations().get(k / out, 0)
                            * tap.fisherGradients().get(k % out, c);
                }
                BLAS.spr(1, Vectors.dense(z), sums[l]);
            }
        }
    }

    /** That both sum the same. */
    private static void check(JavaRDD<Row> rows, Network network, StatisticsState ours) {
        double[][] plain = sums(rows, network);
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
