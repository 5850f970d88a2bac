package org.sparkkfac.train;

import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;

/**
 * When to stop; whichever comes first. Infinite or {@link Long#MAX_VALUE} means never.
 *
 * @param steps after so many steps
 * @param epochs after so many times all rows
 * @param seconds after so much time, that before an interruption included
 * @param targetLoss once the loss over all rows, without decay, is no higher
 * @param patience after so many validations in a row without a new lowest loss
 */
public record Stopping(long steps, double epochs, double seconds, double targetLoss, long patience) {
    /** Rejects what would stop before the first step. */
    public Stopping {
        require(steps >= 1, "steps", (double) steps);
        require(epochs > 0, "epochs", epochs);
        require(seconds > 0, "seconds", seconds);
        require(!Double.isNaN(targetLoss), "target-loss", targetLoss);
        require(patience >= 1, "patience", (double) patience);
    }

    /** After so many steps. */
    public static Stopping afterSteps(long steps) {
        return new Stopping(
                steps, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Long.MAX_VALUE);
    }

    /** The same with a limit of epochs too. */
    public Stopping withEpochs(double newEpochs) {
        return new Stopping(steps, newEpochs, seconds, targetLoss, patience);
    }

    /** The same with a limit of time too. */
    public Stopping withSeconds(double newSeconds) {
        return new Stopping(steps, epochs, newSeconds, targetLoss, patience);
    }

    /** The same with a loss to reach. */
    public Stopping withTargetLoss(double newTargetLoss) {
        return new Stopping(steps, epochs, seconds, newTargetLoss, patience);
    }

    /** The same with a limit of validations without progress. */
    public Stopping withPatience(long newPatience) {
        return new Stopping(steps, epochs, seconds, targetLoss, newPatience);
    }

    /**
     * Why a training that has come so far is to make no further step, if there is a reason that can be told without asking
     * the rows: any but the target loss.
     *
     * @param rows of an epoch
     */
    public Optional<StopReason> reached(TrainingCounters progress, long rows) {
        if (progress.step() >= steps) {
            return Optional.of(StopReason.STEPS);
        }
        if ((double) progress.rowsSeen() / rows >= epochs) {
            return Optional.of(StopReason.EPOCHS);
        }
        if (progress.seconds() >= seconds) {
            return Optional.of(StopReason.TIME);
        }
        return progress.checksSinceBest() >= patience ? Optional.of(StopReason.PATIENCE) : Optional.empty();
    }

    private static void require(boolean condition, String name, double value) {
        if (!condition) {
            throw new UserException("train.stop." + name + " must be a positive number, not " + value);
        }
    }
}
