package org.sparkkfac.train;

/** Where checkpoints go: the port behind which they may be files anywhere. */
@FunctionalInterface
public interface StateStore {
    /**
     * Keeps a state, which is not changed before this returns; all of it or nothing.
     *
     * @param isBest whether its model has the lowest validation loss so far
     */
    void save(TrainingState state, boolean isBest);

    /** Keeps nothing. */
    static StateStore none() {
        return (state, isBest) -> {};
    }
}
