package org.sparkkfac.train;

import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.PerturbationSettings;

/**
 * Everything that fixes the course of training but data and start.
 *
 * @param optimiser which steps
 * @param batch rows of a step
 * @param regularisation decay of the parameters
 * @param iterateDecay largest weight ξ of the old average of the iterates, {@code min(1 − 1/k, ξ)}, Martens and Grosse
 *     2015, section 13; 0 for none
 * @param stopping when to stop
 * @param validationPeriod steps between validations, where there is something to validate on
 * @param checkpointPeriod steps between checkpoints
 * @param seed of the order of the rows
 */
public record TrainingSettings(
        OptimiserSettings optimiser,
        BatchSettings batch,
        Regularisation regularisation,
        double iterateDecay,
        Stopping stopping,
        long validationPeriod,
        long checkpointPeriod,
        long seed) {
    public static final Setting<Long> VALIDATION_PERIOD = Setting.integer(
                    "validationPeriod", Range.atLeast(1, "step"), "steps between validations")
            .withDefault(10L);
    public static final Setting<Long> CHECKPOINT_PERIOD = Setting.integer(
                    "every", Range.atLeast(1, "step"), "steps between checkpoints")
            .withDefault(100L)
            .called("steps between checkpoints");
    public static final Setting<Long> SEED =
            Setting.<Long>of("seed", Long.class, "of the order of the rows").withDefault(0L);

    /** Rejects what has no meaning. */
    public TrainingSettings {
        CommonSettings.ITERATE_DECAY.check(iterateDecay);
        VALIDATION_PERIOD.check(validationPeriod);
        CHECKPOINT_PERIOD.check(checkpointPeriod);
    }

    /**
     * As the settings say.
     *
     * @throws org.sparkkfac.InvalidSettingException if one is out of range, or they do not go together
     */
    public static TrainingSettings of(SettingValues given) {
        OptimiserType type = Optimisers.of(given);
        SettingValues values = type.under(given);
        return new TrainingSettings(
                PerturbationSettings.around(type.create(given), given),
                BatchSettings.of(values),
                Regularisation.of(values),
                values.find(CommonSettings.ITERATE_DECAY).orElse(0.0),
                Stopping.of(values),
                values.get(VALIDATION_PERIOD),
                values.get(CHECKPOINT_PERIOD),
                values.get(SEED));
    }

    /** Full batches, no decay, the last iterate, validation at every tenth step and no checkpoint but the last. */
    public static TrainingSettings of(OptimiserSettings optimiser, Stopping stopping) {
        return new TrainingSettings(
                optimiser, BatchSettings.full(), Regularisation.NONE, 0, stopping, 10, Long.MAX_VALUE, 0);
    }

    /** The same with other batches. */
    public TrainingSettings withBatch(BatchSettings newBatch) {
        return new TrainingSettings(
                optimiser, newBatch, regularisation, iterateDecay, stopping, validationPeriod, checkpointPeriod, seed);
    }

    /** The same with decay, and with averages of the iterates if their decay is not 0. */
    public TrainingSettings with(Regularisation newRegularisation, double newIterateDecay) {
        return new TrainingSettings(
                optimiser,
                batch,
                newRegularisation,
                newIterateDecay,
                stopping,
                validationPeriod,
                checkpointPeriod,
                seed);
    }

    /** The same with other periods. */
    public TrainingSettings withPeriods(long newValidationPeriod, long newCheckpointPeriod) {
        return new TrainingSettings(
                optimiser,
                batch,
                regularisation,
                iterateDecay,
                stopping,
                newValidationPeriod,
                newCheckpointPeriod,
                seed);
    }

    /** The same with another order of the rows. */
    public TrainingSettings withSeed(long newSeed) {
        return new TrainingSettings(
                optimiser, batch, regularisation, iterateDecay, stopping, validationPeriod, checkpointPeriod, newSeed);
    }
}
