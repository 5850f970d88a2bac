package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticKind;

/** The JVM of {@link RowsBench}. */
final class RowsWorker {
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
        Dataset<Row> rows = session.range(0, count, 1, 4)
                .selectExpr(
                        "transform(sequence(1, " + RowsBench.WIDTH
                                + "), i -> (i * id * 7919) % 1009 / 1009D) as features",
                        "cast(id % " + RowsBench.WIDTH + " as int) as label");
        long start = System.nanoTime();
        SparkKfac.collect(network(), rows, options());
        return (System.nanoTime() - start) / 1e9;
    }
}
