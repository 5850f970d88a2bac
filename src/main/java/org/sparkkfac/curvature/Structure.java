package org.sparkkfac.curvature;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
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

        @Override
        public Optional<Structure> coarser() {
            return Optional.of(DIAGONAL);
        }
    },
    /** All p² entries. */
    DENSE(StatisticKind.EXACT_BLOCK) {
        @Override
        FisherBlock block(StatisticsState statistics, int index, LayerShape shape) {
            return new DenseBlock(shape, statistics.average(statistic(), index, ExactBlock.EXACT_BLOCK));
        }

        @Override
        public Optional<Structure> coarser() {
            return Optional.of(KRONECKER);
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

        @Override
        public List<StatisticKind> statistics() {
            return List.of(StatisticKind.KRONECKER, statistic());
        }

        @Override
        public boolean hasBases() {
            return true;
        }

        @Override
        public Optional<Structure> coarser() {
            return Optional.of(DIAGONAL);
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

        @Override
        List<LayerShape> layers(List<LayerShape> layers, int index) {
            return layers;
        }

        @Override
        public List<DoubleMatrix> split(ParameterVector v) {
            double[] all = v.toArray();
            return List.of(DoubleMatrix.wrap(1, all.length, all));
        }

        @Override
        public ParameterVector join(List<LayerShape> layers, List<DoubleMatrix> parts) {
            return ParameterVector.ofArray(layers, parts.get(0).toArray());
        }

        @Override
        public Optional<Structure> coarser() {
            return Optional.of(DENSE);
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

    /** The statistic of which a block is the average. */
    public StatisticKind statistic() {
        return statistic;
    }

    /** All statistics that a block needs over time: the one it averages, and those from which that one's bases are made. */
    public List<StatisticKind> statistics() {
        return List.of(statistic);
    }

    /** Whether the statistic is measured in eigenbases, which come of Kronecker factors of an earlier pass. */
    public boolean hasBases() {
        return false;
    }

    /** A structure with fewer numbers, if there is one. */
    public Optional<Structure> coarser() {
        return Optional.empty();
    }

    /** Shapes of the blocks: those of the layers, or one of P columns and one row for the whole network. */
    public List<LayerShape> shapes(List<LayerShape> layers) {
        return layers;
    }

    /** The layers that one block covers. */
    List<LayerShape> layers(List<LayerShape> layers, int index) {
        return List.of(layers.get(index));
    }

    /** A vector as the blocks take it: a matrix for each, of its shape. */
    public List<DoubleMatrix> split(ParameterVector v) {
        return v.blocks();
    }

    /** The vector over the network's layers of which {@link #split} gives the parts; these may be shared. */
    public ParameterVector join(List<LayerShape> layers, List<DoubleMatrix> parts) {
        return new ParameterVector(layers, parts);
    }

    abstract FisherBlock block(StatisticsState statistics, int index, LayerShape shape);
}
