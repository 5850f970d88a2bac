package org.sparkkfac.train.acceptance;

import java.util.List;
import java.util.function.Function;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.state.PendingStep;

/** Finds out whether the last step raised the objective on its rows, in a request that is made anyway or in one of its own. */
public final class StepCheck {
    private final Pass training;
    private final Function<PendingStep, RowSelection> rows;
    private final Regularisation regularisation;
    private PendingStep step;

    public StepCheck(
            Pass training, Function<PendingStep, RowSelection> rows, Regularisation regularisation, PendingStep step) {
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
    public Request extend(Request gradient, long gradientRows, ParameterVector at) {
        boolean isKnown = isOverAll() && gradientRows == step.rows();
        return step.isNone() || isKnown ? gradient : gradient.with(new Fit(rows(), at));
    }

    /** Whether the answer to an {@linkplain #extend extended} request speaks against the step. */
    public boolean fails(Sums sums, ParameterVector at) {
        List<Evaluation> fits = sums.all(Fit.class);
        return fails(fits.get(fits.size() - 1), at);
    }

    /** A request of its own. */
    public Request request(List<ParameterVector> trials) {
        return Request.fits(rows(), trials);
    }

    /** Whether the loss of the step's rows at some parameters speaks against going there. */
    public boolean fails(Evaluation ofRows, ParameterVector at) {
        return step.isRaisedBy(ofRows.meanLoss() + regularisation.value(at), training.precision());
    }

    private RowSelection rows() {
        return rows.apply(step);
    }
}
