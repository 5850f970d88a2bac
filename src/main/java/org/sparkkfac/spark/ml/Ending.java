package org.sparkkfac.spark.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingState;

/**
 * What a training ends with: its last parameters θ or the average of its iterates θ̄, whichever has the lower loss over all
 * rows. A training that stops by {@code tol} has not compared them.
 *
 * @param parameters θ or θ̄
 * @param loss their mean loss over all rows, without decay; finite
 */
record Ending(ParameterVector parameters, double loss) {
    private static final String ADVICE =
            "lower stepSize, or scale the features and labels to unit size, as StandardScaler does features";

    /**
     * What the training's own end has found; or compares θ and θ̄ in one call of the port.
     *
     * @throws NumericalException if the loss is finite at neither
     */
    static Ending of(Network network, StepPass rows, TrainingResult result) {
        TrainingState state = result.state();
        Ending ending = result.fit()
                .map(fit -> new Ending(result.model().parameters(), fit.meanLoss()))
                .orElseGet(() -> better(network, rows, state));
        if (!Double.isFinite(ending.loss())) {
            throw new NumericalException("training diverged: after "
                    + state.progress().step() + " steps the mean loss over all rows is " + ending.loss() + "; "
                    + ADVICE);
        }
        return ending;
    }

    private static Ending better(Network network, StepPass rows, TrainingState state) {
        List<ParameterVector> models = new ArrayList<>(List.of(state.weights()));
        state.average().ifPresent(models::add);
        List<Evaluation> fits = rows.pass(
                        network, StepRequest.losses(rows.blocks().all(), models))
                .trials();
        int best = 0;
        for (int i = 1; i < models.size(); i++) {
            double least = fits.get(best).meanLoss();
            double loss = fits.get(i).meanLoss();
            best = loss < least || !Double.isFinite(least) ? i : best;
        }
        return new Ending(models.get(best), fits.get(best).meanLoss());
    }

    /** What to say of a training that has made nothing better than it was at its first step. */
    Optional<String> warning(double firstLoss) {
        return loss >= firstLoss
                ? Optional.of("training ended at a mean loss of " + loss + ", no lower than the " + firstLoss
                        + " of its first step; " + ADVICE)
                : Optional.empty();
    }
}
