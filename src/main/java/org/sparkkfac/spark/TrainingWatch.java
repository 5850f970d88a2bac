package org.sparkkfac.spark;

import java.util.Optional;
import java.util.function.Supplier;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.TrainingCounters;

/** Follows {@link SparkKfac#train} and may end it. */
public interface TrainingWatch {
    /** Follows nothing. */
    TrainingWatch NONE = new TrainingWatch() {};

    /** Runs a stage: {@code read} or {@code write}. */
    default <T> T stage(String name, Supplier<T> work) {
        return work.get();
    }

    /**
     * Runs the steps.
     *
     * @param giveUp makes the step at hand fail, for an end that cannot wait
     */
    default <T> T steps(Supplier<T> work, Runnable giveUp) {
        return work.get();
    }

    /** The rows have been read, and these were left out. */
    default void opened(SkippedRows training, Optional<SkippedRows> validation) {}

    /**
     * Training goes on from a checkpoint.
     *
     * @param before what was done before
     * @param rowsOfEpoch the rows to learn from
     */
    default void resumed(TrainingCounters before, long rowsOfEpoch) {}

    /** A step has been made. */
    default void step(StepRecord step) {}

    /** Whether training is to end after the step at hand, with a checkpoint. */
    default boolean isStopRequested() {
        return false;
    }
}
