package org.sparkkfac.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** What corrected eigenvalues are: the diagonal of the exact block in the eigenbasis, and so the nearest one there. */
final class EigenCorrectedOracleTest {
    private static final double TOLERANCE = 1e-12;

    private static EigenCorrectedBlock corrected(StatisticsState state, int layer) {
        return (EigenCorrectedBlock)
                FisherBlocks.of(state, Structure.EIGEN_CORRECTED).block(layer);
    }

    private static FisherBlock kronecker(StatisticsState state, int layer) {
        return FisherBlocks.of(state, Structure.KRONECKER).block(layer);
    }

    private static double distance(DoubleMatrix x, DoubleMatrix y) {
        DoubleMatrix difference = x.copy();
        difference.add(-1, y);
        return difference.norm();
    }

    private static EigenCorrectedBlock withEigenvalues(EigenCorrectedBlock block, DoubleMatrix eigenvalues) {
        return new EigenCorrectedBlock(block.layer(), block.activationVectors(), block.gradientVectors(), eigenvalues);
    }

    /** {@code ‖F − EKFAC‖²/‖F‖²} by distance, and {@code (‖F‖² − ‖S‖²)/‖F‖²}. */
    private static double[] pythagoras(DoubleMatrix exact, EigenCorrectedBlock block) {
        double square = exact.dot(exact);
        return new double[] {
            Math.pow(distance(exact, block.toDense()), 2) / square,
            1 - block.eigenvalues().dot(block.eigenvalues()) / square
        };
    }

    @ParameterizedTest
    @MethodSource("org.sparkkfac.testing.Cases#likelihoods")
    void theTraceIsExactAndTheDistancesObeyPythagoras(String likelihood) {
        int[] better = {0};
        int[] turnedApart = {0};
        Cases.each(15, random -> {
            Network network = random.network(likelihood);
            Fisher fisher = random.fisher();
            List<Row> rows = random.rows(network, random.integer(2, 9));
            StatisticsState state = Row.collect(network, fisher, rows);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix full = slow.full(rows, fisher);
            for (int l = 0; l < network.layers().size(); l++) {
                DoubleMatrix exact = slow.block(full, l);
                EigenCorrectedBlock block = corrected(state, l);
                Near.assertNear("trace", block.trace(), exact.trace(), TOLERANCE);
                Near.assertNear("dense trace", block.toDense().trace(), exact.trace(), TOLERANCE);
                double[] squares = pythagoras(exact, block);
                Near.assertNear("Pythagoras", squares[0] - squares[1], 0, TOLERANCE);

                double toKronecker = distance(exact, kronecker(state, l).toDense());
                double toCorrected = distance(exact, block.toDense());
                assertThat(toCorrected).isLessThanOrEqualTo(toKronecker + 1e-12 * exact.norm());
                better[0] += toCorrected < toKronecker - Near.FAR * exact.norm() ? 1 : 0;

                DoubleMatrix basis = Kronecker.toDense(block.activationVectors(), block.gradientVectors());
                DoubleMatrix turned = DoubleMatrix.product(basis, true, exact.times(basis), false);
                double[] diagonal = new double[turned.rows()];
                for (int k = 0; k < diagonal.length; k++) {
                    diagonal[k] = turned.get(k, k);
                }
                Near.assertNear("UᵀFU", block.eigenvalues().toArray(), diagonal, TOLERANCE);
                DoubleMatrix byRows = DoubleMatrix.wrap(
                        block.layer().out(),
                        block.layer().columns(),
                        block.eigenvalues().transpose().toArray());
                turnedApart[0] += distance(byRows, block.eigenvalues()) > Near.FAR * exact.norm() ? 1 : 0;
            }
        });
        assertThat(better[0])
                .as("layers where the correction is worth something")
                .isGreaterThan(10);
    }

    @Test
    void withTheProductsOfEigenvaluesItIsTheKroneckerProduct() {
        Cases.each(8, random -> {
            Network network = random.chain("softmax", "tanh", 3, 3, 3);
            StatisticsState state = Row.collect(network, random.fisher(), random.rows(network, 7));
            List<EigenBasis> bases = EigenBasis.of(state);
            for (int l = 0; l < 2; l++) {
                EigenBasis basis = bases.get(l);
                DoubleMatrix products = DoubleMatrix.product(
                        basis.gradientValues().toDense(1),
                        false,
                        basis.activationValues().toDense(1),
                        true);
                DoubleMatrix expected = kronecker(state, l).toDense();
                Near.assertNear(
                        "S = λ_G λ_Aᵀ",
                        withEigenvalues(corrected(state, l), products).toDense(),
                        expected,
                        TOLERANCE);
                Near.assertFar("S corrected", corrected(state, l).toDense(), expected);
            }
        });
    }

    /** For deep linear networks with the exact Fisher of a gaussian, nothing is left to correct. */
    @Test
    void whereKroneckerIsExactNothingIsCorrected() {
        Cases.each(5, random -> {
            Network network = random.chain("gaussian", "identity", 3, 4, 2);
            List<Row> rows = random.rows(network, 9);
            StatisticsState exact = Row.collect(network, Fisher.exact(), rows);
            StatisticsState empirical = Row.collect(network, Fisher.empirical(), rows);
            for (int l = 0; l < 2; l++) {
                Near.assertNear(
                        "exact Fisher",
                        corrected(exact, l).toDense(),
                        kronecker(exact, l).toDense(),
                        TOLERANCE);
                Near.assertFar(
                        "empirical Fisher",
                        corrected(empirical, l).toDense(),
                        kronecker(empirical, l).toDense());
            }
        });
    }

    /** Why the second pass has to see the same rows, weights and draws as the first, and keep to its basis. */
    @Test
    void whatDiffersBetweenThePassesShows() {
        Cases.each(6, random -> {
            Network network = random.chain("softmax", "tanh", 3, 3, 3);
            List<Row> rows = random.rows(network, 9);
            Fisher fisher = Fisher.monteCarlo(2, 4);
            StatisticsState state = Row.collect(network, fisher, rows);
            List<EigenBasis> bases = EigenBasis.of(state);
            List<Row> heavier = new ArrayList<>(rows);
            heavier.set(0, rows.get(0).withWeight(rows.get(0).weight() + 1));
            List<Row> renumbered = new ArrayList<>(rows);
            renumbered.set(
                    0,
                    new Row(rows.get(0).x(), rows.get(0).label(), 3, rows.get(0).id() + 1));
            renumbered.set(
                    1,
                    new Row(rows.get(1).x(), rows.get(1).label(), 3, rows.get(1).id() + 1));
            renumbered.set(
                    2,
                    new Row(rows.get(2).x(), rows.get(2).label(), 3, rows.get(2).id() + 1));
            BruteForce slow = new BruteForce(network);
            for (int l = 0; l < 2; l++) {
                DoubleMatrix exact = slow.block(slow.full(rows, fisher), l);
                StatisticsState same = correct(bases, network, fisher, rows);
                Near.assertNear("the same", corrected(same, l).trace(), exact.trace(), TOLERANCE);
                Near.assertFar(
                        "other draws",
                        corrected(correct(bases, network, Fisher.monteCarlo(2, 5), rows), l)
                                .trace(),
                        exact.trace());
                Near.assertFar(
                        "other ids",
                        corrected(correct(bases, network, fisher, renumbered), l)
                                .trace(),
                        exact.trace());
                Near.assertFar(
                        "other weights",
                        corrected(correct(bases, network, fisher, heavier), l).trace(),
                        exact.trace());
                Near.assertFar(
                        "other rows",
                        corrected(correct(bases, network, fisher, rows.subList(1, 9)), l)
                                .trace(),
                        exact.trace());
                // Measured in one basis and used in another: the trace is blind to it, the distance is not.
                List<EigenBasis> others = network.layers().stream()
                        .map(layer -> EigenBasis.ofVectors(
                                DoubleMatrix.identity(layer.columns()), DoubleMatrix.identity(layer.out())))
                        .toList();
                EigenCorrectedBlock misplaced = withEigenvalues(
                        corrected(same, l),
                        corrected(correct(others, network, fisher, rows), l).eigenvalues());
                Near.assertNear("its trace", misplaced.trace(), exact.trace(), TOLERANCE);
                double[] squares = pythagoras(exact, misplaced);
                Near.assertFar("another basis", squares[0] - squares[1], 0);
            }
        });
    }

    private static StatisticsState correct(List<EigenBasis> bases, Network network, Fisher fisher, List<Row> rows) {
        return Row.correct(bases, network, fisher, Precision.DOUBLE, rows, rows.size());
    }

    @Test
    void singlePrecisionGivesTheSameToItsRounding() {
        Cases.each(5, random -> {
            Network network = random.chain("poisson", "tanh", 3, 3, 2);
            List<Row> rows = random.rows(network, 20);
            Fisher fisher = random.fisher();
            List<EigenBasis> bases = EigenBasis.of(Row.collect(network, fisher, rows));
            StatisticsState expected = correct(bases, network, fisher, rows);
            StatisticsState single = Row.correct(bases, network, fisher, Precision.SINGLE, rows, 7, 13);
            for (int l = 0; l < 2; l++) {
                DoubleMatrix moments = corrected(single, l).eigenvalues();
                Near.assertNear("S", moments, corrected(expected, l).eigenvalues(), 1e-5);
                assertThat(distance(moments, corrected(expected, l).eigenvalues()))
                        .as("single precision is single")
                        .isGreaterThan(1e-12 * moments.norm());
            }
        });
    }
}
