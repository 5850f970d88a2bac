package org.sparkkfac.stats;

import java.util.List;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;

/**
 * A pass over blocks in this process, in their order: the reference for every other one.
 *
 * @param blocks in the precision of the plans to come
 */
public record LocalStatisticsPass(Iterable<RowBlock> blocks) implements StatisticsPass {
    @Override
    public StatisticsState pass(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        StatisticsFold fold = new StatisticsFold(network, plan, bases);
        blocks.forEach(fold::add);
        return fold.state();
    }
}
