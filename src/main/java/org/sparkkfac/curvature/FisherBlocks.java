package org.sparkkfac.curvature;

import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.DiagonalSum;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** Fisher blocks from statistics: the one place where sums over rows are divided by the total weight. */
public final class FisherBlocks {
    private FisherBlocks() {}

    /**
     * The block of one layer.
     *
     * @throws IllegalArgumentException if the kind was not collected
     */
    public static FisherBlock of(StatisticsState statistics, StatisticKind kind, int layer) {
        LayerShape shape = statistics.layers().get(layer);
        return switch (kind) {
            case KRONECKER ->
                new KroneckerBlock(
                        shape,
                        statistics.average(kind, layer, KroneckerFactors.ACTIVATION_COVARIANCE),
                        statistics.average(kind, layer, KroneckerFactors.GRADIENT_COVARIANCE));
            case EXACT_BLOCK -> new DenseBlock(shape, statistics.average(kind, layer, ExactBlock.EXACT_BLOCK));
            case DIAGONAL -> new DiagonalBlock(shape, statistics.average(kind, layer, DiagonalSum.DIAGONAL));
        };
    }
}
