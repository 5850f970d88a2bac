package org.sparkkfac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.stats.StepRequest;

/** Steps that are measured before one of them is taken. */
final class Trials {
    private static final double[] SHORTER = {0.5, 0.25, 0.125};

    private Trials() {}

    /** {@code h(θ + δ) − h(θ)} on the step's rows, for several δ; one call of the port. */
    static List<Double> changes(Step step, Objective objective, List<ParameterVector> moves) {
        List<ParameterVector> trials = new ArrayList<>();
        for (ParameterVector move : moves) {
            ParameterVector trial = step.network().parameters().copy();
            trial.add(1, move);
            trials.add(trial);
        }
        List<Evaluation> losses = step.ask(step.network(), StepRequest.losses(step.rows(), trials))
                .trials();
        List<Double> changes = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            double value = losses.get(i).meanLoss() + step.regularisation().value(trials.get(i));
            changes.add(value - objective.value());
        }
        return changes;
    }

    /** The best of half, a quarter and an eighth of a step, if it lowers the loss; one call of the port. */
    static Optional<ParameterVector> shorter(Step step, Objective objective, ParameterVector move) {
        List<ParameterVector> parts = new ArrayList<>();
        for (double share : SHORTER) {
            ParameterVector part = move.copy();
            part.scale(share);
            parts.add(part);
        }
        List<Double> changes = changes(step, objective, parts);
        Optional<ParameterVector> best = Optional.empty();
        double lowest = 0;
        for (int i = 0; i < parts.size(); i++) {
            if (changes.get(i) < lowest) {
                best = Optional.of(parts.get(i));
                lowest = changes.get(i);
            }
        }
        return best;
    }
}
