package org.sparkkfac.train.acceptance;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.Verdict;

/**
 * The model of a training that ends. The last step is judged as a next step would judge it; then all rows decide between
 * that iterate and the average.
 *
 * @param choice the model
 * @param fits over all rows
 */
public record FinalModel(ModelChoice choice, ModelFits fits) {
    /**
     * Chooses the model.
     *
     * @param average of the iterates
     * @param ofLast what all rows have said of the last parameters, if they have been asked
     * @param step the number of the last step
     * @throws org.sparkkfac.NumericalException if the loss over all rows is finite nowhere
     */
    public static FinalModel choose(
            Acceptance acceptance,
            Network network,
            Pass training,
            Optional<ParameterVector> average,
            @Nullable ModelFits ofLast,
            long step) {
        Verdict verdict = acceptance.isOverAll() ? Verdict.ACCEPT : acceptance.judge(network);
        ModelFits fits = ofLast == null || verdict != Verdict.ACCEPT
                ? ModelFits.of(training, network, acceptance.at(verdict), average)
                : ofLast;
        while (verdict != Verdict.REJECT && !isSettled(acceptance, verdict, fits.iterate())) {
            verdict = acceptance.less(verdict);
            fits = ModelFits.of(training, network, acceptance.at(verdict), average);
        }
        if (!isFinite(fits.best())) {
            throw Acceptance.notFinite(
                    "after step " + step + " the loss over all rows is NaN or infinite, as it was before that step");
        }
        return new FinalModel(fits.isAverageBetter() ? ModelChoice.AVERAGE : ModelChoice.of(verdict), fits);
    }

    private static boolean isSettled(Acceptance acceptance, Verdict verdict, Evaluation found) {
        return isFinite(found) && !(acceptance.isOverAll() && acceptance.isAgainst(found, acceptance.at(verdict)));
    }

    /** Rows without weight have no loss. */
    private static boolean isFinite(Evaluation found) {
        return !(found.weight() > 0) || Double.isFinite(found.meanLoss());
    }
}
