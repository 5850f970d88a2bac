package org.sparkkfac.train;

/** Where the figures of the steps go. */
public interface Metrics {
    /** Takes the figures of a step. */
    void add(StepRecord step);

    /** How far the metrics have come, such as bytes written; kept in checkpoints, so that none is there twice. */
    long position();

    /** Keeps none. */
    static Metrics none() {
        return new Metrics() {
            @Override
            public void add(StepRecord step) {}

            @Override
            public long position() {
                return 0;
            }
        };
    }
}
