package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

final class ExactBlockTest extends StatisticContractTest {
    ExactBlockTest() {
        super(StatisticKind.EXACT_BLOCK);
    }

    private static DoubleMatrix block(Network network, Fisher fisher, List<Row> rows) {
        return Row.collect(network, fisher, rows).average(StatisticKind.EXACT_BLOCK, 0, ExactBlock.EXACT_BLOCK);
    }

    @Test
    void aNumberThatIsNotFiniteIsFoundInThePackedSums() {
        ExactBlock block = new ExactBlock(new LayerShape("layer", 2, 3, true));
        Entries sums = block.sums().get(ExactBlock.EXACT_BLOCK);
        assertThat(sums.isFinite()).isTrue();
        block.parts().get(0).set(4, 2, Double.NaN);
        assertThat(sums.isFinite()).isFalse();
    }

    /** 5,151 pairs of activations: more than one strip of a block of 1,000 rows. */
    @Test
    void wideInputsAreSummedInStrips() {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "identity", 100, 1);
        List<Row> rows = random.rows(network, 1000);
        DoubleMatrix expected = new BruteForce(network).full(rows, Fisher.exact());
        Near.assertNear("block", block(network, Fisher.exact(), rows), expected, 1e-12);
    }

    /** 20,100 pairs of gradients: 208 rows a step. */
    @Test
    void wideOutputsAreSummedInChunksOfRows() {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "identity", 1, 200);
        List<Row> rows = random.rows(network, 250);
        DoubleMatrix expected = DoubleMatrix.zeros(400, 400);
        BruteForce slow = new BruteForce(network);
        for (Row row : rows) {
            DoubleMatrix vec = DoubleMatrix.wrap(400, 1, slow.gradient(row).toArray());
            vec.scale(Math.sqrt(row.weight() / Row.totalWeight(rows)));
            expected.addProduct(vec, false, vec, true);
        }
        Near.assertNear("block", block(network, Fisher.empirical(), rows), expected, 1e-12);
        Near.assertFar("last chunk lost", block(network, Fisher.empirical(), rows.subList(0, 208)), expected);
    }
}
