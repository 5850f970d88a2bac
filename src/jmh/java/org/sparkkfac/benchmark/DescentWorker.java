package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.train.Stopping;

/** Trainings of this library in a JVM of their own. */
final class DescentWorker {
    private static final int LOOKS_AN_EPOCH = 4;

    private final Dataset<Row> rows;
    private final int threads;

    private DescentWorker(Dataset<Row> rows, int threads) {
        this.rows = rows;
        this.threads = threads;
    }

    /**
     * What is asked of a worker.
     *
     * @param grid which of {@link TrainingVariant#grids()}
     * @param way which of its ways
     * @param targets at how many of {@link Descent#TARGETS} to stop
     * @param seconds after how many seconds in steps to stop
     */
    record Request(int grid, int way, long seed, int targets, double seconds) {
        String line() {
            return grid + " " + way + " " + seed + " " + targets + " " + seconds;
        }

        static Request ofLine(String line) {
            String[] words = line.split(" ");
            return new Request(
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1]),
                    Long.parseLong(words[2]),
                    Integer.parseInt(words[3]),
                    Double.parseDouble(words[4]));
        }
    }

    /** Arguments: threads, directory of data. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Blas.choose(Blas.Choice.BUNDLED);
        int threads = Integer.parseInt(arguments[0]);
        SparkSession session = Sessions.start("descent", "local[" + threads + "]", Map.of());
        Dataset<Row> rows = Mnist.read(session, Path.of(arguments[1]), 1, 4).cache();
        rows.count();
        DescentWorker worker = new DescentWorker(rows, threads);
        Forked.answer(out, line -> worker.descend(Request.ofLine(line)).line());
        session.stop();
    }

    private Descent descend(Request request) {
        TrainingVariant way = TrainingVariant.grids().get(request.grid()).get(request.way());
        Network network = Initialization.GLOROT.initialize(
                Networks.chain("sigmoid", "softmax", TrainingBench.SIZES), request.seed());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(Columns.of("features", "label"))
                .withGroups(threads);
        double target = Descent.TARGETS[request.targets() - 1];
        long start = System.nanoTime();
        try (SparkPass pass = SparkPass.open(rows, options, network, StorageLevel.MEMORY_ONLY())) {
            double open = (System.nanoTime() - start) / 1e9;
            long n = pass.blocks().rows();
            long looks = Math.max(1, n / (LOOKS_AN_EPOCH * Math.min(n, way.batch().rows())));
            Curve curve = Curve.ofSparseLooks(
                    network,
                    pass,
                    looks,
                    steps -> way.settings(Stopping.afterSteps(steps), Long.MAX_VALUE, request.seed()),
                    threads,
                    all -> all.seconds() > request.seconds()
                            || all.first(point -> point.loss() <= target).isPresent());
            Descent descent = Descent.of(curve, open);
            System.err.println(way.name() + ", seed " + request.seed() + ": " + descent.line());
            return descent;
        }
    }
}
