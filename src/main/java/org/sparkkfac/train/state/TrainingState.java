package org.sparkkfac.train.state;

import java.util.Optional;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Everything that training goes on from, to the same bits as if it had never stopped. A view of a run: what it holds
 * changes with the next step.
 *
 * @param progress counters, the position in the data and in the metrics
 * @param weights θ
 * @param before the parameters before the last step that an optimiser chose, once there is one
 * @param average the running average of the iterates, if there is one
 * @param choice which of these are the model, as it was when they were last evaluated
 * @param optimiser what the optimiser carries
 */
public record TrainingState(
        TrainingCounters progress,
        ParameterVector weights,
        Optional<ParameterVector> before,
        Optional<ParameterVector> average,
        ModelChoice choice,
        OptimiserState optimiser) {
    /** The part of a step that is left when it is shortened. */
    private static final double PART_LEFT = 0.125;

    /** Before the first step. */
    public static TrainingState start(ParameterVector weights) {
        return new TrainingState(
                TrainingCounters.START,
                weights,
                Optional.empty(),
                Optional.empty(),
                ModelChoice.LAST,
                OptimiserState.empty());
    }

    /** The parameters of the model. */
    public ParameterVector model() {
        return switch (choice) {
            case LAST -> weights;
            case SHORTENED -> before.map(last -> shortened(last, weights)).orElse(weights);
            case BEFORE -> before.orElse(weights);
            case AVERAGE -> average.orElse(weights);
        };
    }

    /** Where an eighth of the way from some parameters to others leads. */
    public static ParameterVector shortened(ParameterVector before, ParameterVector after) {
        ParameterVector part = before.copy();
        part.scale(1 - PART_LEFT);
        part.add(PART_LEFT, after);
        return part;
    }
}
