package org.sparkkfac.benchmark;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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
 * MLlib's perceptron in a JVM of its own. Its path does not depend on how many iterations are allowed, nor but for rounding on
 * the BLAS, so one long fit tells how many are needed for each loss, and then a fit of just so many is timed, or of more if its
 * loss is not there yet.
 */
final class PerceptronWorker {
    /** Is followed by a seed and the iterations to each loss; the answer is a {@link Descent}. */
    static final String DESCEND = "descend ";

    /** Is followed by a seed; the answer is the iterations to each loss. */
    static final String COUNT = "count ";

    /** Is followed by a seed and the iterations of a fit; the answer is its seconds. */
    static final String FIT = "fit ";

    private static final int MOST_ITERATIONS = 150;

    private final SparkSession session;
    private final Dataset<Row> rows;
    private final int[] layers;
    private final AtomicInteger jobs = new AtomicInteger();
    private final Map<Long, int[]> counts = new HashMap<>();

    private PerceptronWorker(SparkSession session, Dataset<Row> rows, int[] layers) {
        this.session = session;
        this.rows = rows;
        this.layers = layers;
        session.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        });
    }

    /** Arguments: master, directory of data. */
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
        PerceptronWorker worker = new PerceptronWorker(session, rows, TrainingBench.SIZES);
        Forked.answer(out, worker::answer);
        session.stop();
    }

    private String answer(String line) {
        String[] words = line.split(" ");
        long seed = Long.parseLong(words[1]);
        return switch (words[0] + " ") {
            case DESCEND -> descend(seed, numbers(words, 2)).line();
            case COUNT -> Arrays.stream(iterations(seed)).mapToObj(Integer::toString).collect(Collectors.joining(" "));
            case FIT -> Double.toString(seconds(seed, numbers(words, 2)[0]));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private static int[] numbers(String[] words, int from) {
        return Arrays.stream(words).skip(from).mapToInt(Integer::parseInt).toArray();
    }

    /** After how many iterations the loss is no higher than each of the targets, by a long fit. */
    private int[] iterations(long seed) {
        return counts.computeIfAbsent(seed, key -> {
            double[] history = fit(key, MOST_ITERATIONS).summary().objectiveHistory();
            return Arrays.stream(Descent.TARGETS)
                    .mapToInt(target -> (int) Arrays.stream(history)
                            .takeWhile(value -> value > target)
                            .count())
                    .toArray();
        });
    }

    private double seconds(long seed, int iterations) {
        long start = System.nanoTime();
        fit(seed, iterations);
        return (System.nanoTime() - start) / 1e9;
    }

    private Descent descend(long seed, int[] known) {
        MulticlassClassificationEvaluator loss = new MulticlassClassificationEvaluator().setMetricName("logLoss");
        int ofNone = jobsOf(() -> fit(seed, 0)); // those of preparations, and of the first evaluation
        Descent descent = Descent.none();
        for (int t = 0; t < Descent.TARGETS.length; t++) {
            int iterations = known[t];
            double reached = Double.POSITIVE_INFINITY;
            while (iterations <= MOST_ITERATIONS && reached > Descent.TARGETS[t]) {
                settle();
                int before = jobs.get();
                long start = System.nanoTime();
                MultilayerPerceptronClassificationModel model = fit(seed, iterations);
                descent.seconds()[t] = (System.nanoTime() - start) / 1e9;
                settle();
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

    private int jobsOf(Runnable work) {
        settle();
        int before = jobs.get();
        work.run();
        settle();
        return jobs.get() - before;
    }

    private void settle() {
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
