package org.sparkkfac.spark.ml;

import java.util.Optional;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.state.StopReason;

/**
 * What a training ends with.
 *
 * @param parameters those of the model
 * @param loss their mean loss over all rows, without decay; finite
 */
record FitResult(ParameterVector parameters, double loss) {
    /** How to get on. */
    static final String ADVICE =
            "lower stepSize, or scale the features and labels to unit size, as StandardScaler does features";

    /**
     * What the training's own end has found, which one that {@code tol} stops still has to come to.
     *
     * @throws org.sparkkfac.NumericalException if there is no finite loss
     */
    static FitResult of(Trainer trainer, TrainingResult result) {
        TrainingResult ended =
                result.reason() == StopReason.REQUEST ? trainer.finish(result.state(), StopReason.REQUEST) : result;
        return new FitResult(
                ended.model().parameters(), ended.fit().orElseThrow().meanLoss());
    }

    /** What to say of a training that has made nothing better than it was at its first step. */
    Optional<String> warning(double firstLoss) {
        return loss >= firstLoss
                ? Optional.of("training ended at a mean loss of " + loss + ", no lower than the " + firstLoss
                        + " of its first step; " + ADVICE)
                : Optional.empty();
    }
}
