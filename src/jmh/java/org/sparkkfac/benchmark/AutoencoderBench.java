package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkPass;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;

/** Adaptive K-FAC as it comes against the best of five Adams, on the deep autoencoder of Hinton and Salakhutdinov. */
final class AutoencoderBench implements Bench {
    private static final double[] RATES = {1e-3, 3e-3, 3e-4, 1e-2, 1e-4};
    private static final long BETWEEN_LOOKS = 50;
    private static final String KFAC = "kfac adaptive default";
    private static final Precision PRECISION = Precision.SINGLE;

    @Override
    public String name() {
        return "training-autoencoder";
    }

    @Override
    public String description() {
        return "784-1000-500-250-30-250-500-1000-784, tanh, linear code, sigmoid likelihood, normal(0, 1/fan-in) start, on"
                + " the 10,000 digits of jobs/fetch-mnist: summed cross-entropy a row over all rows after steps, adaptive"
                + " kfac as it comes (300 steps) and adam at batch 1,000 with five learning rates (2,500 steps each);"
                + " --sizes 300,2500 are the steps; single precision; the clock holds steps and no evaluation of the loss";
    }

    @Override
    public void run(Setting setting, Results results) {
        List<Integer> steps = setting.sizesOr(300, 2500);
        SparkSession session = Sessions.start("benchmark", setting.master(), Map.of());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(new Columns(List.of("features"), List.of("features"), Optional.empty(), Optional.empty()))
                .withPrecision(PRECISION)
                .withGroups(setting.threads());
        try (SparkPass pass = SparkPass.open(
                Mnist.read(session, setting.data(), 1, 4), options, Networks.autoencoder(), StorageLevel.MEMORY_ONLY())) {
            if (setting.wants(KFAC)) {
                add(KFAC, TrainingVariant.adaptive().settings(Stopping.afterSteps(steps.get(0)), BETWEEN_LOOKS, 0), pass, setting, results);
            }
            Map<Double, Double> last = new LinkedHashMap<>();
            for (double rate : RATES) {
                TrainingVariant adam = TrainingVariant.adam(rate, 1_000);
                if (setting.wants(adam.name())) {
                    TrainingSettings settings = adam.settings(Stopping.afterSteps(steps.get(1)), BETWEEN_LOOKS, 0);
                    List<Curve.Point> points = add(adam.name(), settings, pass, setting, results);
                    last.put(rate, points.isEmpty() ? Double.NaN : points.get(points.size() - 1).loss());
                }
            }
            last.entrySet().stream()
                    .filter(each -> !each.getValue().isNaN())
                    .min(Map.Entry.comparingByValue())
                    .ifPresent(best -> results.add(
                            "adam, best of " + last.size(),
                            PRECISION.toString(),
                            Map.of("rate", best.getKey(), "steps", steps.get(1), "loss", best.getValue())));
        } finally {
            session.stop();
        }
    }

    private static List<Curve.Point> add(
            String name, TrainingSettings settings, SparkPass pass, Setting setting, Results results) {
        System.err.println(name);
        Network network = Networks.autoencoder();
        List<Curve.Point> points = Curve.of(
                        network,
                        pass,
                        pass,
                        settings,
                        setting.threads(),
                        curve -> false)
                .points();
        Map<String, Object> figures = new LinkedHashMap<>();
        List<List<Double>> curve = new ArrayList<>();
        points.forEach(point -> curve.add(List.of((double) point.step(), point.seconds(), point.loss())));
        if (!points.isEmpty()) {
            Curve.Point last = points.get(points.size() - 1);
            figures.put("steps", last.step());
            figures.put("seconds", last.seconds());
            figures.put("passes", last.passes());
            figures.put("loss", last.loss());
        }
        figures.put("steps_seconds_loss", curve);
        results.add(name, PRECISION.toString(), figures);
        return points;
    }
}
