package org.sparkkfac.stats;

import org.sparkkfac.nn.Network;

/** One pass over rows that sums the statistics of a plan: the port behind which the rows may be anywhere. */
@FunctionalInterface
public interface StatisticsPass {
    /** Sums over all rows, with the network's current parameters. */
    StatisticsState run(Network network, StatisticsPlan plan);
}
