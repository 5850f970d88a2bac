package org.sparkkfac.benchmark;

import org.sparkkfac.stats.Fit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.train.Environment;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;

/**
 * What became of a training, on rows that it has not seen. Nothing of those rows chose anything.
 *
 * @param score accuracy or R²
 * @param loss mean
 */
record Outcome(double score, double loss) {
    /** Trains to the end; NaN where it did not come there. */
    static Outcome of(Network start, Pass learnt, Pass heldOut, TrainingSettings settings, int threads) {
        try {
            Network model = Trainer.of(start, learnt, settings)
                    .in(Environment.ofThisMachine(threads))
                    .train()
                    .model();
            Evaluation fit = heldOut.run(model, Request.of(Fit.of(heldOut.blocks().all())))
                    .of(Fit.class);
            return new Outcome(fit.score(), fit.meanLoss());
        } catch (NumericalException diverged) {
            System.err.println(diverged.getMessage());
            return new Outcome(Double.NaN, Double.NaN);
        }
    }

    /** Medians, and every score. */
    static Map<String, Object> figures(String scoreName, List<Outcome> outcomes) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repetitions", outcomes.size());
        figures.put(scoreName, median(Outcome::score, outcomes));
        figures.put("loss", median(Outcome::loss, outcomes));
        figures.put(
                scoreName + "_each", outcomes.stream().map(Outcome::score).toList());
        return figures;
    }

    static void add(String name, String scoreName, List<Outcome> outcomes, Results results) {
        results.add(name, Precision.DOUBLE.toString(), figures(scoreName, outcomes));
    }

    private static double median(ToDoubleFunction<Outcome> figure, List<Outcome> outcomes) {
        return Timing.median(outcomes.stream().mapToDouble(figure).toArray());
    }
}
