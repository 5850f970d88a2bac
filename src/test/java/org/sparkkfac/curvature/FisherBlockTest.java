package org.sparkkfac.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** What holds for every form of a block, against its dense matrix. */
final class FisherBlockTest {
    private static DoubleMatrix vec(DoubleMatrix v) {
        return DoubleMatrix.wrap(v.rows() * v.columns(), 1, v.toArray());
    }

    @ParameterizedTest
    @EnumSource(Structure.class)
    void multiplyingAndTraceAreThoseOfTheDenseBlock(Structure structure) {
        Cases.each(8, random -> {
            Network network = random.network("softmax");
            List<Row> rows = random.rows(network, 5);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows);
            DoubleMatrix full = new BruteForce(network).full(rows, Fisher.exact());
            FisherBlocks blocks = FisherBlocks.of(state, structure);
            assertThat(blocks.shapes())
                    .hasSize(structure == Structure.FULL ? 1 : network.layers().size());
            for (int l = 0; l < blocks.shapes().size(); l++) {
                LayerShape shape = blocks.shapes().get(l);
                FisherBlock block = blocks.block(l);
                DoubleMatrix dense = block.toDense();
                DoubleMatrix v = random.matrix(shape.out(), shape.columns());
                assertThat(block.layer()).isEqualTo(shape);
                Near.assertNear("F vec V", vec(block.multiply(v)), dense.times(vec(v)), 1e-13);
                Near.assertNear("trace", block.trace(), dense.trace(), 1e-13);
                Near.assertNear("norm", block.norm(), dense.norm(), 1e-13);
                Near.assertNear("mean eigenvalue", block.meanEigenvalue(), dense.trace() / dense.rows(), 1e-13);
                if (shape.out() > 1 && shape.columns() > 1) {
                    Near.assertFar(
                            "V transposed",
                            block.multiply(v).transpose().toArray(),
                            dense.times(vec(v)).toArray());
                }
                if (structure != Structure.KRONECKER) {
                    // All have the true trace but A ⊗ G.
                    DoubleMatrix exact = structure == Structure.FULL ? full : new BruteForce(network).block(full, l);
                    Near.assertNear("true trace", block.trace(), exact.trace(), 1e-12);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Structure.class)
    void whatWasNotCollectedIsRefused(Structure structure) {
        Network network = Cases.one().network("softmax");
        StatisticsState state = new StatisticsState(network.layers(), List.of());
        assertThatThrownBy(() -> FisherBlocks.of(state, structure))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the statistic '" + structure.statistic() + "' is needed");
    }
}
