package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticKind;

/** The JVM of {@link RowsBench}. */
final class RowsWorker {
    private static final StructType SCHEMA = new StructType()
            .add("features", SQLDataTypes.VectorType(), false)
            .add("label", DataTypes.IntegerType, false);

    private RowsWorker() {}

    static Network network() {
        return Networks.chain("tanh", "softmax", RowsBench.WIDTH, RowsBench.WIDTH, RowsBench.WIDTH);
    }

    static CollectOptions options() {
        return CollectOptions.defaults().withKinds(StatisticKind.KRONECKER).withGroups(4);
    }

    /** Argument: the master. Answers numbers of rows with seconds. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Blas.choose(Blas.Choice.BUNDLED);
        SparkSession session = Sessions.start("rows", arguments[0], Map.of());
        Forked.answer(out, rows -> Double.toString(seconds(session, Long.parseLong(rows))));
        session.stop();
    }

    private static double seconds(SparkSession session, long count) {
        Dataset<Row> rows = session.createDataFrame(
                session.range(0, count, 1, 4).javaRDD().map(RowsWorker::row), SCHEMA);
        long start = System.nanoTime();
        SparkKfac.collect(network(), rows, options());
        return (System.nanoTime() - start) / 1e9;
    }

    /** Made in the tasks, by a loop: a lambda of Spark SQL took more than half of their time. */
    private static Row row(long id) {
        SplittableRandom random = new SplittableRandom(id);
        double[] features = new double[RowsBench.WIDTH];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextDouble();
        }
        return RowFactory.create(Vectors.dense(features), (int) (id % RowsBench.WIDTH));
    }
}
