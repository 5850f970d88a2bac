package org.sparkkfac.train;

import org.sparkkfac.UserException;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.OptimiserSettings;

/**
 * Everything that fixes the course of training but data and start.
 *
 * @param optimiser which steps
 * @param batch rows of a step
 * @param regularisation decay of the parameters
 * @param iterateMemory largest weight ξ of the old average of the iterates, {@code min(1 − 1/k, ξ)}, Martens and Grosse
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
        double iterateMemory,
        Stopping stopping,
        long validationPeriod,
        long checkpointPeriod,
        long seed) {
    /** Rejects what has no meaning. */
    public TrainingSettings {
        if (!(iterateMemory >= 0 && iterateMemory < 1)) {
            throw new UserException("train.iterate-memory must be in [0, 1), not " + iterateMemory);
        }
        if (validationPeriod < 1) {
            throw new UserException("train.validation-period must be at least 1 step, not " + validationPeriod);
        }
        if (checkpointPeriod < 1) {
            throw new UserException("train.checkpoint.every must be at least 1 step, not " + checkpointPeriod);
        }
    }

    /** Full batches, no decay, the last iterate, validation at every tenth step and no checkpoint but the last. */
    public static TrainingSettings of(OptimiserSettings optimiser, Stopping stopping) {
        return new TrainingSettings(
                optimiser, BatchSettings.full(), Regularisation.NONE, 0, stopping, 10, Long.MAX_VALUE, 0);
    }

    /** The same with other batches. */
    public TrainingSettings withBatch(BatchSettings newBatch) {
        return new TrainingSettings(
                optimiser, newBatch, regularisation, iterateMemory, stopping, validationPeriod, checkpointPeriod, seed);
    }

    /** The same with decay, and with averages of the iterates if their memory is not 0. */
    public TrainingSettings with(Regularisation newRegularisation, double newIterateMemory) {
        return new TrainingSettings(
                optimiser,
                batch,
                newRegularisation,
                newIterateMemory,
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
                iterateMemory,
                stopping,
                newValidationPeriod,
                newCheckpointPeriod,
                seed);
    }

    /** The same with another order of the rows. */
    public TrainingSettings withSeed(long newSeed) {
        return new TrainingSettings(
                optimiser, batch, regularisation, iterateMemory, stopping, validationPeriod, checkpointPeriod, newSeed);
    }
}
