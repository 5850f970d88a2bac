package org.sparkkfac.curvature;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.StatisticsState;

/**
 * The Fisher blocks of all layers, made one at a time from sums over rows: the one place where these are divided by the
 * total weight.
 */
public final class FisherBlocks {
    private final StatisticsState statistics;
    private final Structure structure;

    private FisherBlocks(StatisticsState statistics, Structure structure) {
        this.statistics = statistics;
        this.structure = structure;
    }

    /**
     * The blocks in one structure.
     *
     * @throws UserException if the statistic that it averages was not collected, or there are no weighted rows
     */
    public static FisherBlocks of(StatisticsState statistics, Structure structure) {
        if (!statistics.kinds().contains(structure.statistic())) {
            throw new UserException("the statistic '" + structure.statistic() + "' is needed but only "
                    + statistics.kinds() + " was collected; add it to statistics.kinds and collect again, or choose"
                    + " another method");
        }
        if (!(statistics.totalWeight() > 0)) {
            throw new UserException("the statistics hold no rows with a positive weight; collect some first");
        }
        return new FisherBlocks(statistics, structure);
    }

    /** Shapes of the layers, in order. */
    public List<LayerShape> layers() {
        return statistics.layers();
    }

    /** Shapes of the blocks: those of the layers, or a single one, 1 × P, where one block covers all layers. */
    public List<LayerShape> shapes() {
        return structure.shapes(layers());
    }

    /** One block, made anew. */
    public FisherBlock block(int index) {
        return structure.block(statistics, index, shapes().get(index));
    }
}
