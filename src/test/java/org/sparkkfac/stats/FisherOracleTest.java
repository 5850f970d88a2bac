package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Identities of the Fisher matrix and of its Kronecker factors, each with a mistake that it would notice. */
final class FisherOracleTest {
    private static final double TOLERANCE = 1e-12;

    private static DoubleMatrix exactBlock(StatisticsState state, int layer) {
        return state.average(StatisticKind.EXACT_BLOCK, layer, ExactBlock.EXACT_BLOCK);
    }

    private static DoubleMatrix activations(StatisticsState state, int layer) {
        return state.average(StatisticKind.KRONECKER, layer, KroneckerFactors.ACTIVATION_COVARIANCE);
    }

    private static DoubleMatrix gradients(StatisticsState state, int layer) {
        return state.average(StatisticKind.KRONECKER, layer, KroneckerFactors.GRADIENT_COVARIANCE);
    }

    private static DoubleMatrix kronecker(StatisticsState state, int layer) {
        return Kronecker.toDense(activations(state, layer), gradients(state, layer));
    }

    private static int last(StatisticsState state) {
        return state.layers().size() - 1;
    }

    /** Parameters of a layer in the order of its rows instead of its columns. */
    private static DoubleMatrix vecByRows(DoubleMatrix block, LayerShape shape) {
        DoubleMatrix turned = DoubleMatrix.zeros(block.rows(), block.rows());
        for (int r = 0; r < block.rows(); r++) {
            for (int c = 0; c < block.rows(); c++) {
                int turnedRow = r % shape.out() * shape.columns() + r / shape.out();
                int turnedColumn = c % shape.out() * shape.columns() + c / shape.out();
                turned.set(turnedRow, turnedColumn, block.get(r, c));
            }
        }
        return turned;
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void everyStatisticEqualsTheSlowSumOverRows(String likelihood) {
        Cases.each(12, random -> {
            Network network = random.network(likelihood);
            List<Row> rows = random.rows(network, random.integer(1, 7));
            Fisher fisher = random.fisher();
            StatisticsState state = Row.collect(network, fisher, rows);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix full = slow.full(rows, fisher);
            for (int l = 0; l <= last(state); l++) {
                DoubleMatrix block = slow.block(full, l);
                Near.assertNear("exact block", exactBlock(state, l), block, TOLERANCE);
                Near.assertNear("A", activations(state, l), slow.activationCovariance(rows, l), TOLERANCE);
                Near.assertNear("G", gradients(state, l), slow.gradientCovariance(rows, fisher, l), TOLERANCE);
                DoubleMatrix diagonal = state.average(StatisticKind.DIAGONAL, l, DiagonalSum.DIAGONAL);
                double[] expected = new double[block.rows()];
                for (int k = 0; k < expected.length; k++) {
                    expected[k] = block.get(k, k);
                }
                Near.assertNear("diagonal", diagonal.toArray(), expected, TOLERANCE);
                LayerShape shape = network.layers().get(l);
                if (shape.out() > 1 && shape.columns() > 1) {
                    Near.assertFar("vec by rows", vecByRows(block, shape), exactBlock(state, l));
                    Near.assertFar("diagonal by rows", diagonal.transpose().toArray(), expected);
                }
            }
            Near.assertNear("gradient", state.meanGradient().orElseThrow(), slow.meanGradient(rows), TOLERANCE);
            Near.assertNear("loss", state.meanLoss().orElseThrow(), slow.meanLoss(rows), TOLERANCE);
            Near.assertNear("total weight", state.totalWeight(), Row.totalWeight(rows), TOLERANCE);
            assertThat(state.rows()).isEqualTo(rows.size());
        });
    }

    /** (1/W)Σ_n Σ_c p_c ∇log p_c ∇log p_cᵀ, from gradients at every class. */
    @Test
    void theExactFisherOfSoftmaxIsTheExpectationOverItsClasses() {
        Cases.each(8, random -> {
            Network network = random.network("softmax");
            List<Row> rows = random.rows(network, 4);
            BruteForce slow = new BruteForce(network);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows);
            DoubleMatrix expected = DoubleMatrix.zeros(slow.parameters(), slow.parameters());
            DoubleMatrix forgotten = DoubleMatrix.zeros(slow.parameters(), slow.parameters());
            for (Row row : rows) {
                double[] p = BruteForce.softmax(slow.trace(row.x()).outputs());
                for (int c = 0; c < p.length; c++) {
                    ParameterVector gradient = slow.gradient(Row.of(row.x(), new double[] {c}, 0));
                    DoubleMatrix vec = DoubleMatrix.wrap(slow.parameters(), 1, gradient.toArray());
                    DoubleMatrix outer = DoubleMatrix.product(vec, false, vec, true);
                    double weight = row.weight() / Row.totalWeight(rows);
                    expected.add(weight * p[c], outer);
                    forgotten.add(weight / p.length, outer);
                }
            }
            for (int l = 0; l <= last(state); l++) {
                Near.assertNear("block", exactBlock(state, l), slow.block(expected, l), TOLERANCE);
                Near.assertFar("p_c forgotten", slow.block(forgotten, l), exactBlock(state, l));
            }
        });
    }

    @Test
    void aForgottenBiasRowWouldShow() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 3, 3, 3);
        List<Row> rows = random.rows(network, 5);
        StatisticsState state = Row.collect(network, Fisher.exact(), rows);
        DoubleMatrix a = new BruteForce(network).activationCovariance(rows, 1);
        a.columns(3, 1).fill(0);
        a.rows(3, 1).fill(0);
        Near.assertFar("no bias row", a, activations(state, 1));
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void forOneRowOrCopiesOfItKroneckerIsExact(String likelihood) {
        Cases.each(10, random -> {
            Network network = random.network(likelihood);
            Row row = random.rows(network, 1).get(0);
            List<Row> copies = List.of(row, new Row(row.x(), row.label(), 2, row.id() + 1), row);
            Fisher fisher = random.fisher();
            StatisticsState one = Row.collect(network, fisher, List.of(row));
            StatisticsState several = Row.collect(network, fisher, copies, 1, 2);
            for (int l = 0; l <= last(one); l++) {
                Near.assertNear("one row", kronecker(one, l), exactBlock(one, l), TOLERANCE);
                Near.assertNear("copies", kronecker(several, l), exactBlock(several, l), TOLERANCE);
            }
        });
        Cases random = Cases.one();
        Network network = random.chain(likelihood, "tanh", 2, 3, 2);
        StatisticsState different = Row.collect(network, Fisher.exact(), random.rows(network, 3));
        Near.assertFar("different rows", kronecker(different, 0), exactBlock(different, 0));
    }

    @Test
    void forDeepLinearGaussianNetworksKroneckerIsExactWithTheExactFisherAlone() {
        Cases.each(8, random -> {
            Network network = random.chain("gaussian", "identity", 3, 4, 3, 2);
            List<Row> rows = random.rows(network, 9);
            StatisticsState exact = Row.collect(network, Fisher.exact(), rows);
            StatisticsState empirical = Row.collect(network, Fisher.empirical(), rows);
            for (int l = 0; l <= last(exact); l++) {
                Near.assertNear("exact Fisher", kronecker(exact, l), exactBlock(exact, l), TOLERANCE);
                Near.assertFar("empirical Fisher", kronecker(empirical, l), exactBlock(empirical, l));
            }
        });
    }

    @Test
    void aLastLayerOfZerosGivesTheUniformClassCovariance() {
        Cases.each(5, random -> {
            Network network = random.chain("softmax", "tanh", 3, 4, 3);
            int c = network.outputs();
            network.parameters().block(1).fill(0);
            List<Row> rows = random.rows(network, 6);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows);
            DoubleMatrix centred = DoubleMatrix.identity(c);
            centred.scale(1.0 / c);
            DoubleMatrix uncentred = centred.copy();
            centred.map(x -> x - 1.0 / (c * c));
            DoubleMatrix a = new BruteForce(network).activationCovariance(rows, 1);
            Near.assertNear("last block", exactBlock(state, 1), Kronecker.toDense(a, centred), TOLERANCE);
            Near.assertNear("factors", kronecker(state, 1), Kronecker.toDense(a, centred), TOLERANCE);
            Near.assertFar("11ᵀ/C² forgotten", Kronecker.toDense(a, uncentred), exactBlock(state, 1));
        });
    }

    private static double rootMeanSquareError(Network network, List<Row> rows, int samples, DoubleMatrix exact) {
        double sum = 0;
        for (int seed = 0; seed < 12; seed++) {
            StatisticsState drawn = Row.collect(network, Fisher.monteCarlo(samples, seed), rows);
            DoubleMatrix difference = exactBlock(drawn, 0);
            difference.add(-1, exact);
            sum += difference.dot(difference) / 12;
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void monteCarloTendsToExactAsTheRootOfTheDraws(String likelihood) {
        Cases random = Cases.one();
        Network network = random.chain(likelihood, "tanh", 2, 3, 3);
        List<Row> rows = random.rows(network, 8);
        DoubleMatrix exact = exactBlock(Row.collect(network, Fisher.exact(), rows), 0);
        double few = rootMeanSquareError(network, rows, 16, exact);
        double more = rootMeanSquareError(network, rows, 256, exact);
        double most = rootMeanSquareError(network, rows, 4096, exact);
        assertThat(few / more).isBetween(2.5, 6.4);
        assertThat(more / most).isBetween(2.5, 6.4);
        assertThat(most / exact.norm()).isBetween(1e-6, 0.05);

        DoubleMatrix unweighted = exactBlock(Row.collect(network, Fisher.monteCarlo(4096, 1), rows), 0);
        Near.assertNear("draws", unweighted, exact, 0.1);
        unweighted.scale(4096);
        Near.assertFar("1/samples forgotten", unweighted, exact);
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void theEmpiricalFisherOfOneRowHasRankOne(String likelihood) {
        Cases.each(5, random -> {
            Network network = random.chain(likelihood, "tanh", 3, 3, 3);
            List<Row> rows = random.rows(network, 2);
            StatisticsState one = Row.collect(network, Fisher.empirical(), rows.subList(0, 1));
            StatisticsState two = Row.collect(
                    network,
                    Fisher.empirical(),
                    rows.stream().map(row -> row.withWeight(1)).toList());
            for (int l = 0; l <= last(one); l++) {
                double[] ofOne = SymmetricEigen.values(exactBlock(one, l));
                double[] ofTwo = SymmetricEigen.values(exactBlock(two, l));
                int n = ofOne.length;
                assertThat(ofOne[n - 1]).isPositive();
                assertThat(Math.abs(ofOne[n - 2])).isLessThan(1e-14 * ofOne[n - 1]);
                assertThat(ofTwo[n - 2]).as("rank of two rows").isGreaterThan(Near.FAR * ofTwo[n - 1]);
            }
        });
    }

    @Test
    void theTraceIsTheMeanOfSquaredNorms() {
        Cases.each(8, random -> {
            Network network = random.network("sigmoid");
            List<Row> rows = random.rows(network, 5);
            Fisher fisher = random.fisher();
            StatisticsState state = Row.collect(network, fisher, rows);
            BruteForce slow = new BruteForce(network);
            for (int l = 0; l <= last(state); l++) {
                double mean = 0;
                double unweighted = 0;
                for (Row row : rows) {
                    double square = 0;
                    for (double a : slow.trace(row.x()).activations().get(l)) {
                        square += a * a;
                    }
                    double term = square
                            * slow.gradientCovariance(List.of(row.withWeight(1)), fisher, l)
                                    .trace();
                    mean += row.weight() / Row.totalWeight(rows) * term;
                    unweighted += term;
                }
                Near.assertNear("trace", exactBlock(state, l).trace(), mean, TOLERANCE);
                Near.assertFar("not divided", unweighted, exactBlock(state, l).trace());
            }
        });
    }
}
