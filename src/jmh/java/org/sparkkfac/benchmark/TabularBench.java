package org.sparkkfac.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Stopping;

/** Regression on a real table. */
final class TabularBench implements Bench {
    private static final double[] TARGETS = {0.97, 0.98, 0.985};
    private static final int[] HIDDEN = {64, 32};
    private static final int EPOCHS = 40;
    private static final int LOOKS_AN_EPOCH = 2;
    private static final List<String> NUMBERS = List.of("carat", "depth", "table", "x", "y", "z");

    @Override
    public String name() {
        return "training-tabular";
    }

    @Override
    public String description() {
        return "the logarithm of the price (standardised) of the 53,940 diamonds of jobs/fetch-diamonds from six numbers and"
                + " three one-hot classes, 64 and 32 tanh units, gaussian: R² on a fifth of the rows after 40 epochs over the"
                + " others, seconds and passes to a held-out R² of 0.97, 0.98, 0.985; defaults, and for adam and"
                + " sgd three more learning rates; medians over as many seeds as repetitions; the clock holds steps";
    }

    @Override
    public void run(Setting setting, Results results) {
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Dataset<Row> rows = read(session, setting.data().resolve("diamonds.csv"));
            int inputs = rows.first().<Vector>getAs("features").size();
            Network network = Networks.chain("tanh", "gaussian", inputs, HIDDEN[0], HIDDEN[1], 1);
            CollectOptions options = CollectOptions.defaults().withGroups(setting.threads());
            try (SparkPass learnt = open(rows.where("fold != 4"), options, network);
                    SparkPass heldOut = open(rows.where("fold = 4"), options, network)) {
                for (TrainingVariant way : ways()) {
                    if (setting.wants(way.name())) {
                        results.add(
                                way.name(), Precision.DOUBLE.toString(), figures(way, network, learnt, heldOut, setting));
                    }
                }
            }
        } finally {
            session.stop();
        }
    }

    private static List<TrainingVariant> ways() {
        return List.of(
                TrainingVariant.kfac(0.3, 1_000),
                TrainingVariant.adaptive(),
                TrainingVariant.adaptive(0, new BatchSettings(1_000, 500, 256)),
                TrainingVariant.adam(0.001, 1_000),
                TrainingVariant.adam(0.003, 1_000),
                TrainingVariant.adam(0.01, 1_000),
                TrainingVariant.adam(0.03, 1_000),
                TrainingVariant.sgd(0.1, 1_000),
                TrainingVariant.sgd(0.03, 1_000),
                TrainingVariant.sgd(0.3, 1_000),
                TrainingVariant.sgd(0.01, 1_000));
    }

    private static SparkPass open(Dataset<Row> rows, CollectOptions options, Network network) {
        return SparkPass.open(rows, options, network, StorageLevel.MEMORY_ONLY());
    }

    /** Features of mean 0 and variance 1, likewise the label; folds by a hash of the row's number in the file. */
    private static Dataset<Row> read(SparkSession session, Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException("no " + file + ": run jobs/fetch-diamonds first");
        }
        Dataset<Row> table = session.read()
                .option("header", true)
                .option("inferSchema", true)
                .csv(file.toString())
                .coalesce(1) // so that the numbers of the rows are theirs in the file
                .selectExpr("*", "pmod(hash(monotonically_increasing_id()), 5) AS fold", "ln(price) AS logarithm");
        Row moments = table.selectExpr("avg(logarithm)", "stddev(logarithm)").first();
        PipelineStage[] stages = {
            new StringIndexer()
                    .setInputCols(new String[] {"cut", "color", "clarity"})
                    .setOutputCols(new String[] {"cut_index", "color_index", "clarity_index"}),
            new OneHotEncoder()
                    .setInputCols(new String[] {"cut_index", "color_index", "clarity_index"})
                    .setOutputCols(new String[] {"cut_class", "color_class", "clarity_class"}),
            new VectorAssembler()
                    .setInputCols(names().toArray(String[]::new))
                    .setOutputCol("raw"),
            new StandardScaler().setWithMean(true).setInputCol("raw").setOutputCol("features"),
            new SQLTransformer()
                    .setStatement("SELECT features, fold, (logarithm - " + moments.getDouble(0) + ") / "
                            + moments.getDouble(1) + " AS label FROM __THIS__")
        };
        Dataset<Row> rows = new Pipeline().setStages(stages).fit(table).transform(table).cache();
        rows.count();
        return rows;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(NUMBERS);
        names.addAll(List.of("cut_class", "color_class", "clarity_class"));
        return names;
    }

    private static Map<String, Object> figures(
            TrainingVariant way, Network network, SparkPass learnt, SparkPass heldOut, Setting setting) {
        List<Curve> curves = new ArrayList<>();
        long looks = Math.max(1, learnt.blocks().rows() / (LOOKS_AN_EPOCH * way.batch().rows()));
        Stopping stopping = Stopping.afterSteps(Long.MAX_VALUE).withEpochs(EPOCHS);
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            curves.add(Curve.of(
                    Initialization.GLOROT.initialize(network, seed),
                    learnt,
                    heldOut,
                    way.settings(stopping, looks, seed),
                    setting.threads(),
                    curve -> false));
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repetitions", curves.size());
        figures.put("r2_last", median(curves, TabularBench::last, Curve.Point::score));
        figures.put("epochs_seconds", median(curves, TabularBench::last, Curve.Point::seconds));
        for (double target : TARGETS) {
            double seconds = median(curves, curve -> reaching(curve, target), Curve.Point::seconds);
            if (Double.isFinite(seconds)) {
                figures.put("seconds_to_" + target, seconds);
                figures.put(
                        "passes_to_" + target, median(curves, curve -> reaching(curve, target), Curve.Point::passes));
            }
        }
        return figures;
    }

    private static Optional<Curve.Point> reaching(Curve curve, double target) {
        return curve.first(point -> point.score() >= target);
    }

    private static Optional<Curve.Point> last(Curve curve) {
        List<Curve.Point> points = curve.points();
        return points.isEmpty() ? Optional.empty() : Optional.of(points.get(points.size() - 1));
    }

    /** Infinite where the point was not reached. */
    private static double median(
            List<Curve> curves,
            Function<Curve, Optional<Curve.Point>> which,
            ToDoubleFunction<Curve.Point> figure) {
        return Timing.median(curves.stream()
                .mapToDouble(curve -> which.apply(curve)
                        .map(figure::applyAsDouble).orElse(Double.POSITIVE_INFINITY))
                .toArray());
    }
}
