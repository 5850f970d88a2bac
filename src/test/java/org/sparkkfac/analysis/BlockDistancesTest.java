package org.sparkkfac.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.EigenCorrectedBlock;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Distances from taps against those of dense p × p matrices, oracle 11. */
final class BlockDistancesTest {
    private static final double TOLERANCE = 1e-12;

    private static List<BlockDistance> distances(
            StatisticsState statistics, Network network, Fisher fisher, List<Row> rows, int... sizes) {
        return BlockDistances.of(
                statistics, network, fisher, Row.blocks(Precision.DOUBLE, network.inputs(), rows, sizes));
    }

    private static double distance(DoubleMatrix x, DoubleMatrix y) {
        DoubleMatrix difference = x.copy();
        difference.add(-1, y);
        return difference.norm();
    }

    private static FisherBlock block(StatisticsState statistics, Structure structure, int layer) {
        return FisherBlocks.of(statistics, structure).block(layer);
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void distancesAreThoseOfTheDenseMatrices(String likelihood) {
        Cases.each(12, random -> {
            Network network = random.network(likelihood);
            Fisher fisher = random.fisher();
            List<Row> rows = random.rows(network, random.integer(2, 11));
            StatisticsState statistics = Row.collect(network, fisher, rows);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix full = slow.full(rows, fisher);
            int[] sizes = random.split(rows.size(), 3);
            List<BlockDistance> found = distances(statistics, network, fisher, rows, sizes);
            for (int l = 0; l < network.layers().size(); l++) {
                DoubleMatrix exact = slow.block(full, l);
                DoubleMatrix kronecker =
                        block(statistics, Structure.KRONECKER, l).toDense();
                DoubleMatrix corrected =
                        block(statistics, Structure.EIGEN_CORRECTED, l).toDense();
                BlockDistance distance = found.get(l);
                double square = exact.dot(exact);
                assertThat(distance.layer()).isEqualTo(network.layers().get(l).name());
                Near.assertNear("‖F‖²", distance.squaredNorm(), square, TOLERANCE);
                Near.assertNear("⟨F, A ⊗ G⟩", distance.innerProduct(), exact.dot(kronecker), TOLERANCE);
                Near.assertNear("‖A ⊗ G‖²", distance.squaredKroneckerNorm(), kronecker.dot(kronecker), TOLERANCE);
                Near.assertNear(
                        "‖F − A ⊗ G‖² of ‖F‖²",
                        (Math.pow(distance.toKronecker(), 2) - Math.pow(distance(exact, kronecker), 2)) / square,
                        0,
                        TOLERANCE);
                Near.assertNear(
                        "‖F − EKFAC‖² of ‖F‖²",
                        (Math.pow(distance.toCorrected().orElseThrow(), 2) - Math.pow(distance(exact, corrected), 2))
                                / square,
                        0,
                        TOLERANCE);
            }
        });
    }

    /** One step of each formula changed: A for G, the bias left out, the trace of a product for the product of traces. */
    @Test
    void mistakesShow() {
        Cases.each(5, random -> {
            Network network = random.chain("softmax", "tanh", 3, 4, 3);
            List<Row> rows = random.rows(network, 9);
            Fisher fisher = Fisher.exact();
            StatisticsState statistics = Row.collect(network, fisher, rows);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix exact = slow.block(slow.full(rows, fisher), 0);
            BlockDistance right = distances(statistics, network, fisher, rows).get(0);

            KroneckerBlock factors = (KroneckerBlock) block(statistics, Structure.KRONECKER, 0);
            DoubleMatrix swapped = Kronecker.toDense(factors.g(), factors.a()); // both are 4 × 4
            Near.assertFar("G ⊗ A", right.innerProduct(), exact.dot(swapped));
            Near.assertFar(
                    "statistics of another Fisher type",
                    distances(Row.collect(network, Fisher.empirical(), rows), network, fisher, rows)
                            .get(0)
                            .innerProduct(),
                    right.innerProduct());
            Near.assertFar(
                    "taps of another Fisher type",
                    distances(statistics, network, Fisher.empirical(), rows)
                            .get(0)
                            .squaredNorm(),
                    right.squaredNorm());
            List<Row> heavier = new ArrayList<>(rows);
            heavier.set(0, rows.get(0).withWeight(rows.get(0).weight() + 1));
            Near.assertFar(
                    "another weight",
                    distances(statistics, network, fisher, heavier).get(0).squaredNorm(),
                    right.squaredNorm());
            EigenCorrectedBlock corrected = (EigenCorrectedBlock) block(statistics, Structure.EIGEN_CORRECTED, 0);
            Near.assertFar(
                    "the norm of A ⊗ G for that of S",
                    factors.norm(),
                    corrected.eigenvalues().norm());
            assertThat(right.toCorrected().orElseThrow()).isLessThan(right.toKronecker());
        });
    }

    /** Where A ⊗ G is F, the squares cancel: what is left is below the resolution, and never NaN. */
    @Test
    void whereKroneckerIsExactTheDistanceIsBelowTheResolution() {
        Cases.each(10, random -> {
            Network network = random.chain("gaussian", "identity", 3, 4, 2);
            List<Row> rows = random.rows(network, 9);
            StatisticsState exact = Row.collect(network, Fisher.exact(), rows);
            StatisticsState empirical = Row.collect(network, Fisher.empirical(), rows);
            for (int l = 0; l < 2; l++) {
                BlockDistance distance =
                        distances(exact, network, Fisher.exact(), rows).get(l);
                assertThat(distance.toKronecker()).isBetween(0.0, 1e-7 * distance.norm());
                assertThat(distance.toCorrected().orElseThrow()).isBetween(0.0, 1e-7 * distance.norm());
                Near.assertNear("cosine", distance.cosine(), 1, TOLERANCE);
                BlockDistance far =
                        distances(empirical, network, Fisher.empirical(), rows).get(l);
                assertThat(far.toKronecker()).isGreaterThan(1e-3 * far.norm());
            }
        });
    }

    @Test
    void manyRowsInManyChunks() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 4, 3, 3);
        List<Row> rows = random.rows(network, 700);
        Fisher fisher = Fisher.exact();
        StatisticsState statistics = Row.collect(network, fisher, rows);
        List<BlockDistance> found = distances(statistics, network, fisher, rows, 600, 100);
        for (int l = 0; l < 2; l++) {
            DoubleMatrix exact = block(statistics, Structure.DENSE, l).toDense();
            Near.assertNear("‖F‖²", found.get(l).squaredNorm(), exact.dot(exact), TOLERANCE);
        }
    }

    /** The mean over all samples of m rows is the figure of all N: that is what unbiased means. */
    @Test
    void theMeanOverAllSamplesIsTheFigureOfAllRows() {
        Cases.each(3, random -> {
            Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
            List<Row> rows = random.rows(network, 7);
            Fisher fisher = Fisher.monteCarlo(2, 5);
            StatisticsState statistics = Row.collect(network, fisher, rows);
            List<BlockDistance> all = distances(statistics, network, fisher, rows);
            for (int size = 2; size < 7; size++) {
                List<List<Row>> samples = samples(rows, size);
                for (int l = 0; l < 2; l++) {
                    double square = 0;
                    double inner = 0;
                    double plain = 0;
                    for (List<Row> sample : samples) {
                        BlockDistance one =
                                distances(statistics, network, fisher, sample).get(l);
                        square += one.squaredNorm() / samples.size();
                        inner += one.innerProduct() / samples.size();
                        double weight = Row.totalWeight(sample);
                        BlockDistance whole = distances(Row.collect(network, fisher, sample), network, fisher, sample)
                                .get(l);
                        double ratio = weight / Row.totalWeight(rows) * rows.size() / size;
                        plain += ratio * ratio * whole.squaredNorm() / samples.size();
                    }
                    Near.assertNear("‖F‖² of samples", square, all.get(l).squaredNorm(), TOLERANCE);
                    Near.assertNear("⟨F, A ⊗ G⟩ of samples", inner, all.get(l).innerProduct(), TOLERANCE);
                    Near.assertFar("the plain double sum", plain, all.get(l).squaredNorm());
                }
            }
        });
    }

    private static List<List<Row>> samples(List<Row> rows, int size) {
        return IntStream.range(0, 1 << rows.size())
                .filter(set -> Integer.bitCount(set) == size)
                .mapToObj(set -> IntStream.range(0, rows.size())
                        .filter(i -> (set >> i & 1) == 1)
                        .mapToObj(rows::get)
                        .toList())
                .toList();
    }

    @Test
    void someLayersAndSomeStatistics() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 4, 3);
        List<Row> rows = random.rows(network, 9);
        List<RowBlock> blocks = Row.blocks(Precision.DOUBLE, 3, rows);
        Fisher fisher = Fisher.exact();
        var plan = StatisticsPlan.of(fisher, StatisticKind.KRONECKER).withLayers("layer1");
        StatisticsState one = plan.collect(network, LocalPass.of(plan.precision(), blocks));
        List<BlockDistance> found = BlockDistances.of(one, network, fisher, blocks);
        BlockDistance both = BlockDistances.of(Row.collect(network, fisher, rows), network, fisher, blocks)
                .get(1);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).layer()).isEqualTo("layer1");
        assertThat(found.get(0).toCorrected()).isEmpty();
        Near.assertNear("the same layer", found.get(0).toKronecker(), both.toKronecker(), TOLERANCE);
    }

    @Test
    void whatCannotBeSaidIsRefused() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 4, 3);
        List<Row> rows = random.rows(network, 9);
        Fisher fisher = Fisher.exact();
        StatisticsState statistics = Row.collect(network, fisher, rows.subList(0, 8));
        assertThatThrownBy(() -> distances(statistics, network, fisher, rows))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("9 rows were given but the statistics are of 8");
        assertThatThrownBy(() -> distances(statistics, network, fisher, rows.subList(0, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1 row(s) of 8 cannot say how rows differ; give at least 2");
        StatisticsState single = Row.collect(network, fisher, rows.subList(0, 1));
        BlockDistance distance =
                distances(single, network, fisher, rows.subList(0, 1)).get(0);
        assertThat(distance.toKronecker()).isBetween(0.0, 1e-7 * distance.norm());
    }
}
