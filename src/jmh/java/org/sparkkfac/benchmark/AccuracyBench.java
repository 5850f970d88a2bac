package org.sparkkfac.benchmark;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;

/** How good what was learnt is on rows that were not learnt from, against MLlib's perceptron. */
final class AccuracyBench implements Bench {
    private static final int DIGITS = 10_000;
    private static final int LEARNT = 8_000;
    private static final int EPOCHS = 20;

    /** MLlib's default. */
    private static final int ITERATIONS = 100;

    @Override
    public String name() {
        return "training-accuracy";
    }

    @Override
    public String description() {
        return "784-256-10, sigmoid, softmax: accuracy and loss on 2,000 digits after training on 8,000 others (--rows: on so"
                + " many), as each comes: kfac, adam and sgd of 20 epochs (train.stop.epochs), MLlib's perceptron of at most"
                + " 100 iterations; medians over as many seeds as repetitions";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Row> digits = Mnist.shuffled(setting.data());
        List<Row> learnt = digits.subList(0, (int) setting.rowsOr(LEARNT));
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try {
            Dataset<Row> training = Mnist.dataset(session, learnt, 4).cache();
            Dataset<Row> test = Mnist.dataset(session, digits.subList(LEARNT, DIGITS), 2).cache();
            mllib(training, test, setting, results);
            ours(training, test, setting, results);
        } finally {
            session.stop();
        }
    }

    private static void mllib(Dataset<Row> training, Dataset<Row> test, Setting setting, Results results) {
        String name = "MLlib " + ITERATIONS + " iterations";
        if (!setting.wants(name)) {
            return;
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            MultilayerPerceptronClassificationModel model = new MultilayerPerceptronClassifier()
                    .setLayers(TrainingBench.SIZES)
                    .setMaxIter(ITERATIONS)
                    .setSeed(seed)
                    .fit(vectors(training));
            Dataset<Row> predictions = model.transform(vectors(test));
            MulticlassClassificationEvaluator evaluator = new MulticlassClassificationEvaluator();
            outcomes.add(new Outcome(
                    evaluator.setMetricName("accuracy").evaluate(predictions),
                    evaluator.setMetricName("logLoss").evaluate(predictions)));
        }
        Outcome.add(name, "accuracy", outcomes, results);
    }

    private static Dataset<Row> vectors(Dataset<Row> rows) {
        return rows.select(array_to_vector(col("features")).as("features"), col("label"));
    }

    private static void ours(Dataset<Row> training, Dataset<Row> test, Setting setting, Results results) {
        Network network = Networks.chain("sigmoid", "softmax", TrainingBench.SIZES);
        CollectOptions options = CollectOptions.defaults().withGroups(setting.threads());
        try (SparkPass learnt = SparkPass.open(training, options, network, StorageLevel.MEMORY_ONLY());
                SparkPass watched = SparkPass.open(test, options, network, StorageLevel.MEMORY_ONLY())) {
            for (List<TrainingVariant> grid : TrainingVariant.grids()) {
                TrainingVariant way = grid.get(0);
                if (setting.wants(way.name())) {
                    Outcome.add(way.name(), "accuracy", outcomes(way, network, learnt, watched, setting), results);
                }
            }
        }
    }

    /** After the last epoch, of the last parameters or their average as the loss on the rows of training says. */
    private static List<Outcome> outcomes(
            TrainingVariant way, Network network, SparkPass learnt, SparkPass watched, Setting setting) {
        List<Outcome> outcomes = new ArrayList<>();
        Stopping stopping = Stopping.afterSteps(Long.MAX_VALUE).withEpochs(EPOCHS);
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            TrainingSettings settings = way.settings(stopping, Long.MAX_VALUE, seed);
            Network start = Initialization.GLOROT.initialize(network, seed);
            outcomes.add(Outcome.of(start, learnt, watched, settings, setting.threads()));
        }
        return outcomes;
    }

}
