package org.sparkkfac.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.activation.Activations;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** The gradient against central differences of the loss, for every activation and likelihood and for a residual sum. */
final class GradientTest {
    static Stream<Arguments> pairs() {
        return Activations.names().stream()
                .flatMap(op -> Cases.likelihoods().stream().map(likelihood -> Arguments.of(op, likelihood)));
    }

    /** Σ w·loss and, unless it is null, Σ w·∇loss into {@code gradient}. */
    private static double loss(Network network, List<Row> rows, ParameterVector gradient) {
        RowBlock block = Row.blocks(Precision.DOUBLE, network.inputs(), rows).get(0);
        Taps taps = new TapEngine(network, Fisher.exact(), Precision.DOUBLE).taps(block);
        for (int l = 0; gradient != null && l < taps.layers().size(); l++) {
            Tap tap = taps.layers().get(l);
            gradient.block(l).addProduct(tap.labelGradients(), false, tap.weightedActivations(), true);
        }
        return taps.loss();
    }

    private static double central(Network network, List<Row> rows, int layer, int row, int column, double h) {
        DoubleBinaryOperator at = (sign, step) -> {
            ParameterVector moved = network.parameters().copy();
            DoubleMatrix block = moved.block(layer);
            block.set(row, column, block.get(row, column) + sign * step);
            return loss(network.withParameters(moved), rows, null);
        };
        return (at.applyAsDouble(1, h) - at.applyAsDouble(-1, h)) / (2 * h);
    }

    /** Compares every derivative with central differences and with Richardson's extrapolation of three of them. */
    static void assertGradientIsThatOfDifferences(Network network, List<Row> rows) {
        ParameterVector gradient = ParameterVector.zeros(network.layers());
        loss(network, rows, gradient);
        ParameterVector plain = ParameterVector.zeros(network.layers());
        ParameterVector richardson = ParameterVector.zeros(network.layers());
        for (int l = 0; l < network.layers().size(); l++) {
            for (int j = 0; j < network.layers().get(l).columns(); j++) {
                for (int i = 0; i < network.layers().get(l).out(); i++) {
                    plain.block(l).set(i, j, central(network, rows, l, i, j, 1e-5));
                    double coarse = central(network, rows, l, i, j, 8e-3);
                    double middle = central(network, rows, l, i, j, 4e-3);
                    double fine = central(network, rows, l, i, j, 2e-3);
                    double first = (4 * middle - coarse) / 3;
                    double second = (4 * fine - middle) / 3;
                    richardson.block(l).set(i, j, (16 * second - first) / 15);
                }
            }
        }
        Near.assertNear("central differences", gradient, plain, 1e-7);
        Near.assertNear("Richardson", gradient, richardson, 1e-10);
        double[] wrong = gradient.toArray();
        wrong[0] *= 1.01;
        wrong[0] += 0.01;
        Near.assertFar("one derivative", wrong, richardson.toArray());
    }

    /** Whether all values are so far from 0 that no kink lies within the differences. */
    private static boolean isAwayFromKinks(Network network, List<Row> rows) {
        for (Row row : rows) {
            for (double y : new BruteForce(network).preactivations(row.x(), "layer0")) {
                if (Math.abs(y) < 0.05) {
                    return false;
                }
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theGradientIsTheLimitOfDifferencesOfTheLoss(String activation, String likelihood) {
        int[] tested = {0};
        Cases.each(8, random -> {
            Network network = random.chain(likelihood, activation, 2, 3, 2);
            List<Row> rows = random.rows(network, 3);
            if (isAwayFromKinks(network, rows)) {
                assertGradientIsThatOfDifferences(network, rows);
                tested[0]++;
            }
        });
        assertThat(tested[0]).isPositive();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void severalGradientsGoBackTogether(String activation, String likelihood) {
        // Columns at labels and k Fisher columns share one pass; each must be what it is alone.
        Cases random = Cases.one();
        Network network = random.chain(likelihood, activation, 2, 3, 3);
        List<Row> rows = random.rows(network, 4);
        RowBlock block = Row.blocks(Precision.DOUBLE, 2, rows).get(0);
        Tap together = new TapEngine(network, Fisher.exact(), Precision.DOUBLE)
                .taps(block)
                .layers()
                .get(0);
        Tap alone = new TapEngine(network, Fisher.empirical(), Precision.DOUBLE)
                .taps(block)
                .layers()
                .get(0);
        assertThat(together.copies()).isEqualTo(3);
        assertThat(alone.copies()).isEqualTo(1);
        Near.assertNear("labels", together.labelGradients(), alone.fisherGradients(), 1e-15);
        Matrix second = together.fisherGradients().columns(4, 4);
        RowBlock last = Row.blocks(Precision.DOUBLE, 2, rows.subList(3, 4)).get(0);
        Tap ofLast = new TapEngine(network, Fisher.exact(), Precision.DOUBLE)
                .taps(last)
                .layers()
                .get(0);
        Near.assertNear(
                "column c·B + b", second.columns(3, 1), ofLast.fisherGradients().columns(1, 1), 1e-14);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void singlePrecisionAgreesToItsRounding(String activation, String likelihood) {
        Cases random = Cases.one();
        Network network = random.chain(likelihood, activation, 2, 3, 3);
        List<Row> rows = random.rows(network, 4);
        Taps doubles = new TapEngine(network, Fisher.exact(), Precision.DOUBLE)
                .taps(Row.blocks(Precision.DOUBLE, 2, rows).get(0));
        Taps singles = new TapEngine(network, Fisher.exact(), Precision.SINGLE)
                .taps(Row.blocks(Precision.SINGLE, 2, rows).get(0));
        assertThat(singles.layers().get(0).activations().precision()).isEqualTo(Precision.SINGLE);
        for (int l = 0; l < 2; l++) {
            Tap expected = doubles.layers().get(l);
            Near.assertNear("Fisher", singles.layers().get(l).fisherGradients(), expected.fisherGradients(), 1e-5);
            Near.assertNear("labels", singles.layers().get(l).labelGradients(), expected.labelGradients(), 1e-5);
        }
    }

    /** {@code layer1(tanh(layer0 x)) + tanh(layer0 x)}, and one where the sum takes the same node twice. */
    @ParameterizedTest
    @MethodSource("residuals")
    void theGradientOfAResidualNetworkIsTheLimitOfDifferences(Network shape) {
        Cases.each(5, random -> {
            Network network = random.withParameters(shape);
            assertGradientIsThatOfDifferences(network, random.rows(network, 3));
        });
    }

    static Stream<Network> residuals() {
        return Stream.of(ResidualSum.network(), ResidualSum.twice(), ResidualSum.fromInput());
    }

    @ParameterizedTest
    @MethodSource("residuals")
    void statisticsOfAResidualNetworkEqualTheSlowSums(Network shape) {
        Cases.each(5, random -> {
            Network network = random.withParameters(shape);
            List<Row> rows = random.rows(network, 4);
            StatisticsState state = Row.collect(network, Fisher.exact(), rows, 1, 3);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix full = slow.full(rows, Fisher.exact());
            for (int l = 0; l < network.layers().size(); l++) {
                Near.assertNear(
                        "exact block",
                        state.average(StatisticKind.EXACT_BLOCK, l, "exact_block"),
                        slow.block(full, l),
                        1e-12);
            }
            Near.assertNear("gradient", state.meanGradient().orElseThrow(), slow.meanGradient(rows), 1e-12);
        });
    }

    /** Without the skip connection the gradient is another. */
    @ParameterizedTest
    @MethodSource("residuals")
    void aForgottenSkipConnectionWouldShow(Network shape) {
        Cases random = Cases.one();
        Network network = random.withParameters(shape);
        Network without = ResidualSum.withoutSkip(network);
        List<Row> rows = random.rows(network, 3);
        ParameterVector gradient = ParameterVector.zeros(network.layers());
        ParameterVector other = ParameterVector.zeros(network.layers());
        loss(network, rows, gradient);
        loss(without, rows, other);
        Near.assertFar("skip forgotten", other.toArray(), gradient.toArray());
    }
}
