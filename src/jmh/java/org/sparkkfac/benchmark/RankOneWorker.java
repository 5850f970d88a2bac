package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.PrintStream;
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
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.spark.Sessions;

/** The peer of {@link ExactBench}, a JVM for each BLAS: a rank-one update for each row and class. */
final class RankOneWorker {
    /** So many rows are gone through. */
    static final int ROWS = 1_000;

    private RankOneWorker() {}

    /** Arguments: master, rows to which the time is scaled. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        boolean plain = System.getProperty("dev.ludovic.netlib.blas.nativeLib") != null;
        Blas.choose(plain ? Blas.Choice.JAVA : Blas.Choice.BUNDLED); // which points netlib, and so MLlib, to OpenBLAS
        SparkSession session = Sessions.start("exact", arguments[0], Map.of());
        System.err.println("exact: spr by "
                + org.apache.spark.mllib.linalg.BLAS$.MODULE$.nativeBLAS().getClass());
        double scale = Double.parseDouble(arguments[1]) / ROWS;
        JavaRDD<Row> rows = persisted(rows(session, ROWS), session.sparkContext().defaultParallelism());
        Network network = Networks.chain("tanh", "softmax", 64, 32, 10);
        Forked.serve(out, () -> {
            long start = System.nanoTime();
            if (sums(rows, network).length != 2) {
                throw new IllegalStateException();
            }
            return scale * (System.nanoTime() - start) / 1e9;
        });
        session.stop();
    }

    /** Rows that are made up. */
    static Dataset<Row> rows(SparkSession session, int count) {
        return session.range(0, count, 1, 4)
                .selectExpr(
                        "transform(sequence(1, 64), i -> sin(i * id * 0.37) + cos(i + id)) as features",
                        "cast(id % 10 as int) as label");
    }

    /** The first of some rows, in memory. */
    static JavaRDD<Row> persisted(Dataset<Row> rows, int partitions) {
        JavaRDD<Row> few =
                rows.limit(ROWS).javaRDD().repartition(partitions).persist(StorageLevel.MEMORY_ONLY());
        few.count();
        return few;
    }

    /** As one would write it with Spark's own spr: upper triangles, column by column, one a layer. */
    static double[][] sums(JavaRDD<Row> rows, Network network) {
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
}
