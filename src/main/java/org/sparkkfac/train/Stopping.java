package org.sparkkfac.train;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;

/**
 * When to stop; whichever comes first. Infinite or {@link Long#MAX_VALUE} means never.
 *
 * @param steps after this many steps
 * @param epochs after all rows were seen this many times
 * @param seconds after this time, that before an interruption included
 * @param targetLoss once the loss over all rows, without decay, is no higher
 * @param patience after this many validations in a row without a new lowest loss
 */
public record Stopping(long steps, double epochs, double seconds, double targetLoss, long patience) {
    public static final Setting<Double> EPOCHS = Setting.number(
                    "epochs", Range.POSITIVE, "the most times that all rows are seen")
            .withOptionalDefault(20.0);
    static final Setting<Double> SECONDS = Setting.number("seconds", Range.POSITIVE, "the most seconds of steps");
    static final Setting<Double> TARGET_LOSS =
            Setting.number("targetLoss", Range.FINITE, "once the mean loss over all rows, without decay, is no higher");
    public static final Setting<Long> PATIENCE =
            Setting.integer("patience", Range.atLeast(1), "the most validations in a row without a new lowest loss");

    public static final List<Setting<?>> SETTINGS =
            List.of(CommonSettings.STEPS, EPOCHS, SECONDS, TARGET_LOSS, PATIENCE);

    /** Rejects what would stop before the first step. */
    public Stopping {
        CommonSettings.STEPS.check(steps);
        checkUnlessInfinite(EPOCHS, epochs);
        checkUnlessInfinite(SECONDS, seconds);
        checkUnlessInfinite(TARGET_LOSS, -targetLoss);
        PATIENCE.check(patience);
    }

    private static void checkUnlessInfinite(Setting<Double> setting, double value) {
        if (value != Double.POSITIVE_INFINITY) {
            setting.check(value);
        }
    }

    static Stopping of(SettingValues values) {
        return new Stopping(
                values.find(CommonSettings.STEPS).orElse(Long.MAX_VALUE),
                values.find(EPOCHS).orElse(Double.POSITIVE_INFINITY),
                values.find(SECONDS).orElse(Double.POSITIVE_INFINITY),
                values.find(TARGET_LOSS).orElse(Double.NEGATIVE_INFINITY),
                values.find(PATIENCE).orElse(Long.MAX_VALUE));
    }

    /** After a number of steps. */
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
}
