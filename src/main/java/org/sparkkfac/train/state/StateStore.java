package org.sparkkfac.train.state;

import java.util.Optional;

/** Where checkpoints go: the port behind which they may be files anywhere. */
@FunctionalInterface
public interface StateStore {
    /**
     * Keeps a state, which is not changed before this returns; all of it or nothing.
     *
     * @param isBest whether its model has the lowest validation loss so far
     * @param end why training ends with it, if it does
     */
    void save(TrainingState state, boolean isBest, Optional<StopReason> end);

    /** Keeps nothing. */
    static StateStore none() {
        return (state, isBest, end) -> {};
    }
}
