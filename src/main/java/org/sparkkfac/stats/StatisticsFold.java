package org.sparkkfac.stats;

import java.util.List;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;

/** Streams blocks of rows, in order, into one state. */
public final class StatisticsFold {
    private final TapEngine engine;
    private final StatisticsState state;

    /** A fold for one pass; see {@link StatisticsPass#pass}. */
    public StatisticsFold(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        engine = new TapEngine(network, plan.fisher(), plan.precision(), bases.isEmpty());
        state = new StatisticsState(plan.select(network.layers()), plan.kinds(), bases);
    }

    /** Adds a block, which must be in the plan's precision. */
    public void add(RowBlock block) {
        state.add(engine.taps(block).select(state.layers()));
    }

    /** The sums so far; shared, not a copy. */
    public StatisticsState state() {
        return state;
    }
}
