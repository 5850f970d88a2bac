package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkStepPass;
import org.sparkkfac.train.AdamSettings;
import org.sparkkfac.train.AdaptiveSettings;
import org.sparkkfac.train.Averaging;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.CurvatureSettings;
import org.sparkkfac.train.OptimiserSettings;
import org.sparkkfac.train.Regularisation;
import org.sparkkfac.train.Schedule;
import org.sparkkfac.train.SgdSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.Surroundings;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;

/** Seconds and passes to a training loss, against MLlib's perceptron. */
final class TrainingBench implements Bench {
    static final int[] SIZES = {784, 256, 10};

    private static final double MOST_SECONDS = 60;
    private static final long GRID_SEED = 100;

    /** A way to train. */
    private record Way(String name, OptimiserSettings optimiser, long batch) {
        TrainingSettings settings(long rows, long seed) {
            long steps = Math.max(
                    1, rows / (4 * batch)); // the loss is looked at four times an epoch, if that is more rarely
            return TrainingSettings.of(optimiser, Stopping.afterSteps(Long.MAX_VALUE))
                    .withBatch(batch >= rows ? BatchSettings.full() : BatchSettings.of(batch))
                    .with(Regularisation.NONE, optimiser instanceof CurvatureSettings ? 0.9 : 0)
                    .withPeriods(steps, Long.MAX_VALUE)
                    .withSeed(seed);
        }
    }

    @Override
    public String name() {
        return "training";
    }

    @Override
    public String description() {
        return "784-256-10, sigmoid, softmax, on the 10,000 digits of jobs/fetch-mnist: seconds and passes to a training"
                + " loss of 0.1, 0.01, 0.001, median over as many seeds as repetitions; the clock holds blocks and steps, or"
                + " MLlib's fit of cached rows, and no evaluation of the loss; the best of equal grids is chosen by the"
                + " seconds to 0.01 with another seed";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Descent> plain = mllib("MLlib as it comes", Forked.NO_NATIVE, setting, results);
        List<Descent> openBlas = mllib("MLlib with OpenBLAS", List.of(), setting, results);
        Descent slow = Descent.median(plain);
        Descent fast = Descent.median(openBlas);
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Dataset<Row> rows = Mnist.read(session, setting.data(), 1, 4).cache();
            rows.count();
            for (List<Way> grid : grids()) {
                Way first = grid.get(0);
                add(first.name() + ", default", median(first, rows, setting), slow, fast, results);
                Way best = grid.stream()
                        .min(Comparator.comparingDouble(
                                way -> descend(way, rows, GRID_SEED, setting).seconds()[1]))
                        .orElseThrow();
                add(best.name() + ", best of " + grid.size(), median(best, rows, setting), slow, fast, results);
            }
        } finally {
            session.stop();
        }
    }

    /** The first of each is the default; all have as many. */
    private static List<List<Way>> grids() {
        List<Way> adaptive = new ArrayList<>();
        for (double damping : new double[] {150, 10, 1, 0.1}) {
            for (double fraction : new double[] {0.125, 0.5}) {
                AdaptiveSettings standard = AdaptiveSettings.standard(0);
                Averaging averaging = new Averaging(Fisher.monteCarlo(1, 0), fraction, 1, 0.95, 20);
                adaptive.add(new Way(
                        "kfac adaptive, λ " + damping + ", statistics of " + fraction,
                        new AdaptiveSettings(
                                damping,
                                standard.dampingPeriod(),
                                standard.gammaPeriod(),
                                standard.productsFraction(),
                                averaging),
                        Long.MAX_VALUE / 8));
            }
        }
        return List.of(
                ofRates("kfac", TrainingBench::kfac, 0.3, 0.1, 0.5, 1),
                adaptive,
                ofRates("adam", rate -> AdamSettings.of(Schedule.constant(rate)), 0.001, 0.003, 0.01, 0.03),
                ofRates("sgd", rate -> new SgdSettings(Schedule.constant(rate), 0.9), 0.1, 0.03, 0.3, 1));
    }

    /** The defaults of kfac train. */
    private static OptimiserSettings kfac(double rate) {
        Averaging averaging = new Averaging(Fisher.monteCarlo(1, 0), 0.25, 1, 0.95, 5);
        return new CurvatureSettings(
                Method.FACTORED, Schedule.constant(rate), 0.7, Damping.absolute(0.001), 0.1, averaging);
    }

    private static List<Way> ofRates(String name, DoubleFunction<OptimiserSettings> make, double... rates) {
        List<Way> ways = new ArrayList<>();
        for (double rate : rates) {
            for (long batch : new long[] {1_000, 2_000}) {
                ways.add(new Way(name + ", rate " + rate + ", batch " + batch, make.apply(rate), batch));
            }
        }
        return ways;
    }

    private static Descent median(Way way, Dataset<Row> rows, Setting setting) {
        List<Descent> all = new ArrayList<>();
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            all.add(descend(way, rows, seed, setting));
        }
        return Descent.median(all);
    }

    private static Descent descend(Way way, Dataset<Row> rows, long seed, Setting setting) {
        Network network = Initialization.GLOROT.initialize(Networks.chain("sigmoid", "softmax", SIZES), seed);
        CollectOptions options = CollectOptions.defaults()
                .withColumns(Columns.of("features", "label"))
                .withBlockRows(1024)
                .withGroups(setting.threads());
        long start = System.nanoTime();
        try (SparkStepPass pass = SparkStepPass.open(rows, options, network, StorageLevel.MEMORY_ONLY())) {
            double open = (System.nanoTime() - start) / 1e9;
            Descent.Watch watch = new Descent.Watch((double) pass.blocks().rows(), open, MOST_SECONDS);
            try {
                Trainer.of(network, pass, way.settings(pass.blocks().rows(), seed))
                        .withValidation(pass)
                        .withMetrics(watch)
                        .in(new Surroundings(System::nanoTime, setting.threads(), watch::isOver))
                        .train();
            } catch (org.sparkkfac.NumericalException diverged) {
                System.err.println(way.name() + ": " + diverged.getMessage());
            }
            System.err.println(
                    way.name() + ", seed " + seed + ": " + watch.descent().line());
            return watch.descent();
        }
    }

    private static List<Descent> mllib(String name, List<String> options, Setting setting, Results results) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx4g");
        Forked worker = new Forked(
                name,
                Precision.DOUBLE,
                0,
                all,
                PerceptronWorker.class,
                setting.master(),
                setting.data().toString());
        try {
            List<Descent> descents = new ArrayList<>();
            for (int seed = 0; seed < setting.repetitions(); seed++) {
                descents.add(Descent.ofLine(worker.ask(Integer.toString(seed))));
            }
            results.add(name, "double", figures(Descent.median(descents)));
            return descents;
        } finally {
            worker.close();
        }
    }

    private static void add(String name, Descent ours, Descent slow, Descent fast, Results results) {
        Map<String, Object> figures = figures(ours);
        figures.put("speedup_0.01", slow.seconds()[1] / ours.seconds()[1]);
        figures.put("speedup_0.01_openblas", fast.seconds()[1] / ours.seconds()[1]);
        figures.put("share_of_passes_0.01", ours.passes()[1] / fast.passes()[1]);
        results.add(name, "double", figures);
    }

    /** Losses that were not reached are left out. */
    private static Map<String, Object> figures(Descent descent) {
        Map<String, Object> figures = new LinkedHashMap<>();
        for (int t = 0; t < Descent.TARGETS.length; t++) {
            if (Double.isFinite(descent.seconds()[t])) {
                figures.put("seconds_to_" + Descent.TARGETS[t], descent.seconds()[t]);
                figures.put("passes_to_" + Descent.TARGETS[t], descent.passes()[t]);
            }
        }
        return figures;
    }
}
