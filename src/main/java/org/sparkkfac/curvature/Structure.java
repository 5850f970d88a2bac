package org.sparkkfac.curvature;

import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.DiagonalSum;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** The forms of a Fisher block, and the statistic of which each is the average. */
public enum Structure {
    /** {@code A ⊗ G}. */
    KRONECKER(StatisticKind.KRONECKER) {
        @Override
        FisherBlock block(StatisticsState statistics, int layer, LayerShape shape) {
            return new KroneckerBlock(
                    shape,
                    statistics.average(statistic(), layer, KroneckerFactors.ACTIVATION_COVARIANCE),
                    statistics.average(statistic(), layer, KroneckerFactors.GRADIENT_COVARIANCE));
        }
    },
    /** All p² entries. */
    DENSE(StatisticKind.EXACT_BLOCK) {
        @Override
        FisherBlock block(StatisticsState statistics, int layer, LayerShape shape) {
            return new DenseBlock(shape, statistics.average(statistic(), layer, ExactBlock.EXACT_BLOCK));
        }
    },
    /** The diagonal alone. */
    DIAGONAL(StatisticKind.DIAGONAL) {
        @Override
        FisherBlock block(StatisticsState statistics, int layer, LayerShape shape) {
            return new DiagonalBlock(shape, statistics.average(statistic(), layer, DiagonalSum.DIAGONAL));
        }
    };

    private final StatisticKind statistic;

    Structure(StatisticKind statistic) {
        this.statistic = statistic;
    }

    StatisticKind statistic() {
        return statistic;
    }

    abstract FisherBlock block(StatisticsState statistics, int layer, LayerShape shape);
}
