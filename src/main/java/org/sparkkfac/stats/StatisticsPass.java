package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.nn.Network;

/** Passes over rows that sum statistics: the port behind which the rows may be anywhere. */
@FunctionalInterface
public interface StatisticsPass {
    /**
     * One pass over all rows, with the network's current parameters.
     *
     * @param bases where eigenvalue corrections are measured, a layer each, or empty if the plan has none; a pass with
     *     bases leaves loss and gradient out, since it follows one that had them
     */
    StatisticsState pass(Network network, StatisticsPlan plan, List<EigenBasis> bases);

    /**
     * Collects all that a plan asks for: in one pass, or in two where eigenvalue corrections are wanted, since these need
     * the eigenvectors of the Kronecker factors, which are then collected too. Rows, weights and draws are the same in
     * both.
     */
    default StatisticsState run(Network network, StatisticsPlan plan) {
        if (!plan.kinds().contains(StatisticKind.EIGEN_CORRECTED)) {
            return pass(network, plan, List.of());
        }
        List<StatisticKind> first = new ArrayList<>(plan.kinds());
        first.remove(StatisticKind.EIGEN_CORRECTED);
        first.add(StatisticKind.KRONECKER);
        StatisticsState statistics = pass(network, plan.withKinds(first), List.of());
        if (statistics.totalWeight() > 0) {
            List<StatisticKind> second = List.of(StatisticKind.EIGEN_CORRECTED);
            statistics.adopt(pass(network, plan.withKinds(second), EigenBasis.of(statistics)));
        }
        return statistics;
    }
}
