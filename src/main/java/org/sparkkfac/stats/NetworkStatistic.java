package org.sparkkfac.stats;

import org.sparkkfac.nn.Taps;

/** A {@link Statistic} of all layers together. */
public non-sealed interface NetworkStatistic extends Statistic {
    /** Adds a batch. */
    void add(Taps taps);

    @Override
    default void add(Taps taps, int index) {
        add(taps);
    }
}
