package org.sparkkfac.benchmark;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.spark.Sessions;

/**
 * MLlib's perceptron in a JVM of its own. Its path does not depend on how many iterations are allowed, so the first long
 * fit tells how many are needed for each loss, and then a fit of just so many is timed.
 */
final class PerceptronWorker {
    private static final int MOST_ITERATIONS = 150;

    private final Dataset<Row> rows;
    private final int[] layers;

    private PerceptronWorker(Dataset<Row> rows, int[] layers) {
        this.rows = rows;
        this.layers = layers;
    }

    /** Arguments: master, directory of data. Each line that is read is a seed. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        boolean plain = System.getProperty("dev.ludovic.netlib.blas.nativeLib") != null;
        Blas.choose(plain ? Blas.Choice.JAVA : Blas.Choice.BUNDLED); // which points netlib, and so MLlib, to OpenBLAS
        SparkSession session = Sessions.start("perceptron", arguments[0], Map.of());
        System.err.println("MLlib uses "
                + org.apache.spark.ml.linalg.BLAS$.MODULE$.nativeBLAS().getClass());
        Dataset<Row> rows = Mnist.read(session, Path.of(arguments[1]), 1, 4)
                .select(array_to_vector(col("features")).as("features"), col("label"))
                .cache();
        rows.count();
        PerceptronWorker worker = new PerceptronWorker(rows, TrainingBench.SIZES);
        Forked.answer(out, seed -> worker.descend(session, Long.parseLong(seed)).line());
        session.stop();
    }

    private Descent descend(SparkSession session, long seed) {
        double[] history = fit(seed, MOST_ITERATIONS).summary().objectiveHistory();
        MulticlassClassificationEvaluator loss = new MulticlassClassificationEvaluator().setMetricName("logLoss");
        AtomicInteger jobs = new AtomicInteger();
        session.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        });
        settle(session);
        fit(seed, 0);
        settle(session);
        int ofNone = jobs.get(); // those of preparations, and of the first evaluation
        Descent descent = Descent.none();
        for (int t = 0; t < Descent.TARGETS.length; t++) {
            int iterations = 0;
            while (iterations < history.length && history[iterations] > Descent.TARGETS[t]) {
                iterations++;
            }
            double reached = Double.POSITIVE_INFINITY;
            while (iterations <= MOST_ITERATIONS && reached > Descent.TARGETS[t]) {
                settle(session);
                int before = jobs.get();
                long start = System.nanoTime();
                MultilayerPerceptronClassificationModel model = fit(seed, iterations);
                descent.seconds()[t] = (System.nanoTime() - start) / 1e9;
                settle(session);
                descent.passes()[t] = jobs.get() - before - ofNone + 1;
                reached = loss.evaluate(model.transform(rows));
                System.err.printf("MLlib, seed %d: loss %.5f after %d iterations%n", seed, reached, iterations);
                iterations++;
            }
            if (reached > Descent.TARGETS[t]) {
                descent.seconds()[t] = Double.POSITIVE_INFINITY;
                descent.passes()[t] = Double.POSITIVE_INFINITY;
            }
        }
        return descent;
    }

    private static void settle(SparkSession session) {
        try {
            session.sparkContext().listenerBus().waitUntilEmpty(30_000);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private MultilayerPerceptronClassificationModel fit(long seed, int iterations) {
        return new MultilayerPerceptronClassifier()
                .setLayers(layers)
                .setMaxIter(iterations)
                .setTol(0)
                .setSeed(seed)
                .fit(rows);
    }
}
