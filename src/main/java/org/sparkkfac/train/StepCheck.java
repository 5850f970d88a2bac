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
    private final StepPass training;
    private final Batches batches;
    private final Regularisation regularisation;
    private Unchecked step;

    StepCheck(StepPass training, Batches batches, Regularisation regularisation, Unchecked step) {
        this.training = training;
        this.batches = batches;
        this.regularisation = regularisation;
        this.step = step;
    }

    /** What is left to check. */
    Unchecked step() {
        return step;
    }

    /** A step has been taken. */
    void take(Unchecked newStep) {
        step = newStep;
    }

    /** Nothing is left to check. */
    void end() {
        step = Unchecked.NONE;
    }

    /** A request for the gradient at {@code weights}, and for the loss of the step's rows there if the gradient's are others. */
    StepRequest extend(StepRequest gradient, ParameterVector weights) {
        long n = training.blocks().rows();
        boolean same = step.rows() == n && gradient.gradient().rows() == n;
        return step.isNone() || same ? gradient : gradient.withLosses(rows(), List.of(weights));
    }

    /** Whether the answer to an {@linkplain #extend extended} request speaks against the step. */
    boolean fails(StepSums sums, ParameterVector weights) {
        return fails(sums.trials().isEmpty() ? sums.fit() : sums.trials().get(0), weights);
    }

    /** A request of its own. */
    StepRequest request(List<ParameterVector> trials) {
        return StepRequest.losses(rows(), trials);
    }

    /** Whether the loss of the step's rows at some parameters speaks against going there. */
    boolean fails(Evaluation ofRows, ParameterVector at) {
        return step.isRaisedBy(ofRows.meanLoss() + regularisation.value(at));
    }

    private RowSelection rows() {
        return batches.next(step.cursor(), step.rows()).rows();
    }
}
