package org.sparkkfac.train;

import java.util.List;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;

/** Finds out whether the last step raised the objective on its rows, in a request that is made anyway or in one of its own. */
final class StepCheck {
    /** What is left of a step that is taken back, before all of it is. */
    private static final double PART_LEFT = 0.125;

    private final StepPass training;
    private final Batches batches;
    private final Regularisation regularisation;
    private PendingStep step;

    StepCheck(StepPass training, Batches batches, Regularisation regularisation, PendingStep step) {
        this.training = training;
        this.batches = batches;
        this.regularisation = regularisation;
        this.step = step;
    }

    /** Where a step leads of which only a part is left. */
    static ParameterVector shortened(ParameterVector before, ParameterVector after) {
        ParameterVector part = before.copy();
        part.scale(1 - PART_LEFT);
        part.add(PART_LEFT, after);
        return part;
    }

    /** What is left to check. */
    PendingStep step() {
        return step;
    }

    /** A step has been taken. */
    void begin(PendingStep newStep) {
        step = newStep;
    }

    /** Nothing is left to check. */
    void end() {
        step = PendingStep.NONE;
    }

    /** Whether the loss over all rows is what the check needs. */
    boolean isOverAll() {
        return step.rows() == training.blocks().rows();
    }

    /** A request for the gradient at some parameters, and for the loss of the step's rows there if the gradient's are others. */
    StepRequest extend(StepRequest gradient, ParameterVector at) {
        boolean isKnown = isOverAll() && gradient.gradient().rows() == step.rows();
        return step.isNone() || isKnown ? gradient : gradient.withLosses(rows(), List.of(at));
    }

    /** Whether the answer to an {@linkplain #extend extended} request speaks against the step. */
    boolean fails(StepSums sums, ParameterVector at) {
        return fails(sums.trials().isEmpty() ? sums.fit() : sums.trials().get(0), at);
    }

    /** A request of its own. */
    StepRequest request(List<ParameterVector> trials) {
        return StepRequest.losses(rows(), trials);
    }

    /** Whether the loss of the step's rows at some parameters speaks against going there. */
    boolean fails(Evaluation ofRows, ParameterVector at) {
        return step.isRaisedBy(ofRows.meanLoss() + regularisation.value(at), training.precision());
    }

    private RowSelection rows() {
        return batches.next(step.cursor(), step.rows()).rows();
    }
}
