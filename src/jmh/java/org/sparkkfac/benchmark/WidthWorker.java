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

/** One JVM of {@link WidthBench}. */
final class WidthWorker {
    private WidthWorker() {}

    static Network network(int width) {
        return Networks.chain("tanh", "softmax", width, 10);
    }

    static CollectOptions options() {
        return CollectOptions.defaults()
                .withKinds(StatisticKind.KRONECKER)
                .withBlockRows(256)
                .withGroups(2);
    }

    /** Arguments: master, rows, width. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Blas.choose(Blas.Choice.BUNDLED);
        int width = Integer.parseInt(arguments[2]);
        SparkSession session = Sessions.start("width", arguments[0], Map.of());
        Dataset<Row> rows = session.range(0, Long.parseLong(arguments[1]), 1, 2)
                .selectExpr(
                        "transform(sequence(1, " + width + "), i -> (i * id * 7919) % 1009 / 1009D) as features",
                        "cast(id % 10 as int) as label");
        Forked.serve(out, () -> {
            LiveHeap heap = new LiveHeap();
            long start = System.nanoTime();
            SparkKfac.collect(network(width), rows, options());
            double seconds = (System.nanoTime() - start) / 1e9;
            System.err.printf(
                    "width %d: peak of the heap after collections %d MiB, of what was in use %d MiB%n",
                    width, heap.afterCollections() >> 20, heap.used() >> 20);
            return seconds;
        });
        session.stop();
    }
}
