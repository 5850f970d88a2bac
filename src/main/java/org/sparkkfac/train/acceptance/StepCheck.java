package org.sparkkfac.train.acceptance;

import java.util.List;
import java.util.function.Function;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;
import org.sparkkfac.train.state.PendingStep;

/** Finds out whether the last step raised the objective on its rows, in a request that is made anyway or in one of its own. */
public final class StepCheck {
    private final StepPass training;
    private final Function<PendingStep, RowSelection> rows;
    private final Regularisation regularisation;
    private PendingStep step;

    public StepCheck(
            StepPass training,
            Function<PendingStep, RowSelection> rows,
            Regularisation regularisation,
            PendingStep step) {
        this.training = training;
        this.rows = rows;
        this.regularisation = regularisation;
        this.step = step;
    }

    /** The failure of a training whose loss is not finite. */
    public static NumericalException notFinite(String problem) {
        return new NumericalException(
                problem
                        + "; scale the features, lower the learning rate, start from smaller weights, or look at the weights of"
                        + " the rows and the decay of the parameters",
                Component.LEARNING_RATE,
                Component.WEIGHT,
                Component.DECAY);
    }

    /** What is left to check. */
    public PendingStep step() {
        return step;
    }

    /** A step has been taken. */
    public void begin(PendingStep newStep) {
        step = newStep;
    }

    /** Nothing is left to check. */
    public void end() {
        step = PendingStep.NONE;
    }

    /** Whether the loss over all rows is what the check needs. */
    public boolean isOverAll() {
        return step.rows() == training.blocks().rows();
    }

    /** A request for the gradient at some parameters, and for the loss of the step's rows there if the gradient's are others. */
    public StepRequest extend(StepRequest gradient, ParameterVector at) {
        boolean isKnown = isOverAll() && gradient.gradient().rows() == step.rows();
        return step.isNone() || isKnown ? gradient : gradient.withLosses(rows(), List.of(at));
    }

    /** Whether the answer to an {@linkplain #extend extended} request speaks against the step. */
    public boolean fails(StepSums sums, ParameterVector at) {
        return fails(sums.trials().isEmpty() ? sums.fit() : sums.trials().get(0), at);
    }

    /** A request of its own. */
    public StepRequest request(List<ParameterVector> trials) {
        return StepRequest.losses(rows(), trials);
    }

    /** Whether the loss of the step's rows at some parameters speaks against going there. */
    public boolean fails(Evaluation ofRows, ParameterVector at) {
        return step.isRaisedBy(ofRows.meanLoss() + regularisation.value(at), training.precision());
    }

    private RowSelection rows() {
        return rows.apply(step);
    }
}
