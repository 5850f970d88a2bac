package org.sparkkfac.stats;

import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.Taps;

/** A {@link Statistic} of one layer. */
public non-sealed interface LayerStatistic extends Statistic {
    /** Adds a batch. */
    void add(Tap tap);

    @Override
    default void add(Taps taps, int index) {
        add(taps.layers().get(index));
    }
}
