package org.sparkkfac.train;

import java.util.Optional;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.Verdict;

/**
 * One line of the metrics.
 *
 * @param step k, counted from 1
 * @param epoch rows of the steps so far, over those of the dataset
 * @param rows of the step
 * @param loss mean loss of these rows before the step, without decay
 * @param score their accuracy or R², as {@code scoreName} says; NaN where it does not exist
 * @param scoreName {@code accuracy} or {@code r2}
 * @param choice how the step was chosen
 * @param outcome what became of it
 * @param distance ‖δ‖
 * @param cost what it cost
 * @param validation loss and score of the model after the step on other rows, where these were asked
 */
public record StepRecord(
        long step,
        double epoch,
        long rows,
        double loss,
        double score,
        String scoreName,
        StepChoice choice,
        Verdict outcome,
        double distance,
        StepCost cost,
        Optional<Validation> validation) {
    StepRecord withValidation(Optional<Validation> newValidation) {
        return new StepRecord(
                step, epoch, rows, loss, score, scoreName, choice, outcome, distance, cost, newValidation);
    }

    /**
     * A validation.
     *
     * @param loss mean loss
     * @param score accuracy or R²
     * @param isBest whether no earlier loss was as low
     */
    public record Validation(double loss, double score, boolean isBest) {}
}
