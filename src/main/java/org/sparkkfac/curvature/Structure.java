package org.sparkkfac.curvature;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.stats.DiagonalSum;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.ExactBlock;
import org.sparkkfac.stats.FullMatrix;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** The forms of a Fisher block, and the statistic of which each is the average. */
public enum Structure {
    /** {@code A ⊗ G}. */
    KRONECKER(StatisticKind.KRONECKER) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            return new KroneckerBlock(
                    shape,
                    statistics.average(statistic(), index, KroneckerFactors.ACTIVATION_COVARIANCE),
                    statistics.average(statistic(), index, KroneckerFactors.GRADIENT_COVARIANCE));
        }
    },
    /** All p² entries. */
    DENSE(StatisticKind.EXACT_BLOCK) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            return new DenseBlock(shape, statistics.average(statistic(), index, ExactBlock.EXACT_BLOCK));
        }
    },
    /** {@code A ⊗ G} with corrected eigenvalues. */
    EIGEN_CORRECTED(StatisticKind.EIGEN_CORRECTED) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            EigenBasis basis =
                    ((EigenCorrection) statistics.statistics(statistic()).get(index)).basis();
            return new EigenCorrectedBlock(
                    shape,
                    basis.activationVectors(),
                    basis.gradientVectors(),
                    statistics.average(statistic(), index, EigenCorrection.LAMBDA_MATRIX));
        }
    },
    /** All entries of the matrix over all layers: one block, of a layer that stands for all of them. */
    FULL(StatisticKind.FULL) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            return new DenseBlock(shape, statistics.average(statistic(), index, FullMatrix.FULL));
        }

        @Override
        public List<LayerShape> shapes(List<LayerShape> layers) {
            long parameters = layers.stream().mapToLong(LayerShape::parameters).sum();
            return List.of(new LayerShape(FullMatrix.FULL, Math.toIntExact(parameters), 1, false));
        }
    },
    /** The diagonal alone. */
    DIAGONAL(StatisticKind.DIAGONAL) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            return new DiagonalBlock(shape, statistics.average(statistic(), index, DiagonalSum.DIAGONAL));
        }
    };

    private final StatisticKind statistic;

    Structure(StatisticKind statistic) {
        this.statistic = statistic;
    }

    StatisticKind statistic() {
        return statistic;
    }

    /** Shapes of the blocks: those of the layers, or one of P columns and one row for the whole network. */
    public List<LayerShape> shapes(List<LayerShape> layers) {
        return layers;
    }

    abstract FisherBlock block(StatisticsState statistics, int index, LayerShape shape);
}
