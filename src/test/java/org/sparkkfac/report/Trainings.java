package org.sparkkfac.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.Verdict;

/** Figures of trainings, made up. */
final class Trainings {
    private Trainings() {}

    /** An adaptive training of so many steps, each of half the rows of 2,000, with a validation at every fifth. */
    static List<StepRecord> adaptive(int count) {
        List<StepRecord> steps = new ArrayList<>();
        for (int k = 1; k <= count; k++) {
            double loss = 2.3 * Math.exp(-0.05 * k);
            double ratio = k % 5 == 0 ? 0.9 + 0.01 * k : Double.NaN;
            StepChoice choice =
                    new StepChoice(0.2 + 1e-3 * k, 0.5, Double.NaN, 150 * Math.pow(0.95, k), 12, ratio, false);
            steps.add(new StepRecord(
                    k,
                    0.5 * k,
                    1_000,
                    loss,
                    1 - 0.4 * loss,
                    "accuracy",
                    choice,
                    k == 7 ? Verdict.SHORTEN : Verdict.ACCEPT,
                    3.0 / k,
                    new StepCost(2, 1_500, 0.1, 0.02, k % 20 == 0 ? 0.3 : 0, k % 20 == 0 ? 0.45 : 0.15),
                    k % 5 == 0
                            ? Optional.of(new StepRecord.Validation(1.1 * loss, 1 - 0.42 * loss, true))
                            : Optional.empty()));
        }
        return steps;
    }

    /** A training of one step, of which nothing is known but the loss. */
    static List<StepRecord> bare() {
        StepChoice none = new StepChoice(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, false);
        return List.of(new StepRecord(
                1,
                1,
                10,
                0.5,
                Double.NaN,
                "r2",
                none,
                Verdict.ACCEPT,
                1,
                new StepCost(1, 10, 1, 0, 0, 1),
                Optional.empty()));
    }
}
