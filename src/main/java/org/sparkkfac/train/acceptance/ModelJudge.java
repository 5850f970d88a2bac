package org.sparkkfac.train.acceptance;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.TrainingState;

/**
 * Chooses the model of a training that ends. A last step that raised the loss of its rows, or led to where the loss is not
 * finite, counts for an eighth or not at all, as it would for a next step; then all rows decide between that iterate and the
 * average.
 */
public final class ModelJudge {
    private final Network network;
    private final Pass training;
    private final StepCheck check;
    private final TrainingState state;

    /**
     * What was found.
     *
     * @param choice the model
     * @param fits over all rows
     */
    public record FinalModel(ModelChoice choice, ModelFits fits) {}

    public ModelJudge(Network network, Pass training, StepCheck check, TrainingState state) {
        this.network = network;
        this.training = training;
        this.check = check;
        this.state = state;
    }

    /**
     * The model.
     *
     * @param ofLast what all rows have said of the last parameters, if they have been asked
     * @throws NumericalException if the loss over all rows is finite nowhere
     */
    public FinalModel judge(@Nullable ModelFits ofLast) {
        ModelChoice iterate = check.isOverAll() ? ModelChoice.LAST : judgedByItsRows();
        ModelFits fits = ofLast == null || iterate != ModelChoice.LAST ? ask(iterate) : ofLast;
        while (!isSettled(iterate, fits.iterate()) && iterate != ModelChoice.BEFORE) {
            iterate = less(iterate);
            fits = ask(iterate);
        }
        if (!isFinite(fits.best())) {
            throw StepCheck.notFinite("after step " + state.progress().step()
                    + " the loss over all rows is NaN or infinite, as it was before that step");
        }
        return new FinalModel(fits.isAverageBetter() ? ModelChoice.AVERAGE : iterate, fits);
    }

    private ModelFits ask(ModelChoice iterate) {
        return ModelFits.of(training, network, state.with(iterate).model(), state.average());
    }

    /** One job asks the rows of the last step at where it led, and at where less of it leads. */
    private ModelChoice judgedByItsRows() {
        if (check.step().isNone()) {
            return ModelChoice.LAST;
        }
        List<ModelChoice> choices =
                isWhole() ? List.of(ModelChoice.LAST, ModelChoice.SHORTENED) : List.of(ModelChoice.LAST);
        List<ParameterVector> trials =
                choices.stream().map(choice -> state.with(choice).model()).toList();
        List<Evaluation> found = training.run(network, check.request(trials)).all(Fit.class);
        for (int i = 0; i < choices.size(); i++) {
            if (!check.fails(found.get(i), trials.get(i))) {
                return choices.get(i);
            }
        }
        return ModelChoice.BEFORE;
    }

    private boolean isSettled(ModelChoice iterate, Evaluation found) {
        return isFinite(found)
                && !(check.isOverAll() && check.fails(found, state.with(iterate).model()));
    }

    private ModelChoice less(ModelChoice iterate) {
        return iterate == ModelChoice.LAST && isWhole() ? ModelChoice.SHORTENED : ModelChoice.BEFORE;
    }

    /** Whether the last step is one of the optimiser, and not what is left of one. */
    private boolean isWhole() {
        return state.progress().consecutiveRejections() == 0;
    }

    /** Rows without weight have no loss to speak of. */
    private static boolean isFinite(Evaluation found) {
        return !(found.weight() > 0) || Double.isFinite(found.meanLoss());
    }
}
