package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;

/** Whether covariance-perturbation finds models that are better on other rows than those of its base optimiser. */
final class PerturbationBench implements Bench {
    private static final int DIGITS = 10_000;
    private static final int HELD_OUT = 2_000;
    private static final long LEARNT = 1_000;
    private static final long BATCH = 100;
    private static final int EPOCHS = 30;

    @Override
    public String name() {
        return "training-perturbation";
    }

    @Override
    public String description() {
        return "784-256-10, sigmoid, softmax: accuracy and loss on 2,000 digits after 30 epochs over 1,000 others (--rows: over"
                + " so many) in batches of 100, by kfac, adam and sgd with and without covariance-perturbation, all with"
                + " their defaults; medians over as many seeds as repetitions, and over the differences of the same seed";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Row> digits = Mnist.shuffled(setting.data());
        List<Row> learnt = digits.subList(0, (int) setting.rowsOr(LEARNT));
        List<Row> heldOut = digits.subList(DIGITS - HELD_OUT, DIGITS);
        Network network = Networks.chain("sigmoid", "softmax", TrainingBench.SIZES);
        CollectOptions options = CollectOptions.defaults().withGroups(setting.threads());
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        try (SparkPass training = open(session, learnt, options, network);
                SparkPass test = open(session, heldOut, options, network)) {
            for (TrainingVariant way : List.of(TrainingVariant.kfac(0.3, BATCH), TrainingVariant.adam(0.001, BATCH), TrainingVariant.sgd(0.1, BATCH))) {
                if (setting.wants(way.name())) {
                    compare(way, network, training, test, setting, results);
                }
            }
        } finally {
            session.stop();
        }
    }

    private static SparkPass open(SparkSession session, List<Row> rows, CollectOptions options, Network network) {
        return SparkPass.open(
                Mnist.dataset(session, rows, options.groups()), options, network, StorageLevel.MEMORY_ONLY());
    }

    private static void compare(
            TrainingVariant way, Network network, SparkPass training, SparkPass test, Setting setting, Results results) {
        List<Outcome> plain = new ArrayList<>();
        List<Outcome> perturbed = new ArrayList<>();
        List<Outcome> gains = new ArrayList<>();
        Stopping stopping = Stopping.afterSteps(Long.MAX_VALUE).withEpochs(EPOCHS);
        for (int seed = 0; seed < setting.repetitions(); seed++) {
            Network start = Initialization.GLOROT.initialize(network, seed);
            TrainingSettings without = way.settings(stopping, Long.MAX_VALUE, seed);
            TrainingSettings with = way.perturbed().settings(stopping, Long.MAX_VALUE, seed);
            Outcome one = Outcome.of(start, training, test, without, setting.threads());
            Outcome other = Outcome.of(start, training, test, with, setting.threads());
            plain.add(one);
            perturbed.add(other);
            gains.add(new Outcome(other.score() - one.score(), other.loss() - one.loss()));
        }
        Outcome.add(way.name(), "accuracy", plain, results);
        Outcome.add(way.perturbed().name(), "accuracy", perturbed, results);
        results.add(
                way.perturbed().name() + ", difference",
                Precision.DOUBLE.toString(),
                Outcome.figures("accuracy", gains));
    }
}
