package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.linalg.VectorEntries;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.testing.Golden;
import org.sparkkfac.testing.Kinds;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Outputs, loss, gradient and every statistic against those of an independent program. */
final class GoldenStatisticsTest {
    private static final Map<Precision, Double> TOLERANCE = Map.of(Precision.DOUBLE, 1e-12, Precision.SINGLE, 1e-5);

    static Stream<Arguments> cases() {
        return Golden.names().stream()
                .flatMap(name -> Stream.of(Fisher.exact(), Fisher.empirical())
                        .flatMap(fisher -> Stream.of(Precision.values())
                                .map(precision -> Arguments.of(name, fisher.type(), precision))));
    }

    private static Fisher fisher(Fisher.Type type) {
        return new Fisher(type, 1, 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everySumIsThatOfTheIndependentProgram(String name, Fisher.Type type, Precision precision) {
        Golden golden = Golden.read(name);
        StatisticsState state =
                Row.collect(Kinds.ONE_PASS, golden.network(), fisher(type), precision, golden.rows(), 3, 4);
        double tolerance = TOLERANCE.get(precision);
        for (StatisticKind kind : state.kinds()) {
            List<String> keys = kind.keys(state.layers());
            assertThat(state.statistics(kind)).hasSameSizeAs(keys);
            for (int i = 0; i < keys.size(); i++) {
                for (Map.Entry<String, Entries> sum :
                        state.statistics(kind).get(i).sums().entrySet()) {
                    DoubleMatrix expected = golden.sum(type, sum.getKey(), keys.get(i));
                    Near.assertNear(keys.get(i) + " " + sum.getKey(), sum.getValue(), expected, tolerance);
                }
            }
        }
        ParameterVector gradient = state.gradientSum().orElseThrow();
        for (int l = 0; l < state.layers().size(); l++) {
            LayerShape layer = state.layers().get(l);
            Near.assertNear(
                    "gradient of " + layer.name(),
                    gradient.block(l),
                    golden.gradient().block(l),
                    tolerance);
        }
        Near.assertNear("loss", state.meanLoss().orElseThrow(), golden.meanLoss(), tolerance);
        Near.assertNear("weight", state.totalWeight(), golden.totalWeight(), 1e-15);
    }

    private static Entries correction(StatisticsState state, int layer, String name) {
        return state.statistics(StatisticKind.EIGEN_CORRECTED).get(layer).sums().get(name);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void correctionsInTheEigenvectorsOfTheIndependentProgramAreItsOwn(
            String name, Fisher.Type type, Precision precision) {
        Golden golden = Golden.read(name);
        StatisticsState state =
                Row.correct(golden.bases(type), golden.network(), fisher(type), precision, golden.rows(), 3, 4);
        StatisticsState turned =
                Row.correct(identities(golden.network()), golden.network(), fisher(type), precision, golden.rows());
        for (int l = 0; l < state.layers().size(); l++) {
            String layer = state.layers().get(l).name();
            DoubleMatrix expected = golden.sum(type, EigenCorrection.LAMBDA_MATRIX, layer);
            Entries actual = correction(state, l, EigenCorrection.LAMBDA_MATRIX);
            Near.assertNear(layer + " lambda_matrix", actual, expected, TOLERANCE.get(precision));
            Near.assertFar("eigenvectors forgotten", correction(turned, l, EigenCorrection.LAMBDA_MATRIX), expected);
        }
    }

    private static List<EigenBasis> identities(Network network) {
        return network.layers().stream().map(EigenBasis::unknown).toList();
    }

    /** Where eigenvalues lie apart, one's own eigenvectors are those of the file, up to the sign of a column. */
    @ParameterizedTest
    @MethodSource("cases")
    void eigenvaluesAndSettledEigenvectorsAreThoseOfTheIndependentProgram(
            String name, Fisher.Type type, Precision precision) {
        Golden golden = Golden.read(name);
        StatisticsState state = Row.collect(golden.network(), fisher(type), precision, golden.rows(), 3, 4);
        double tolerance = TOLERANCE.get(precision);
        for (int l = 0; l < state.layers().size(); l++) {
            String layer = state.layers().get(l).name();
            for (String side : List.of("activation", "gradient")) {
                double[] values = golden.values(type, side + "_eigenvalues", layer);
                Near.assertNear(
                        layer + " " + side + "_eigenvalues",
                        correction(state, l, side + "_eigenvalues"),
                        new VectorEntries(values),
                        tolerance);
                if (golden.isSettled(type.toString())) {
                    DoubleMatrix expected = golden.sum(type, side + "_eigenvectors", layer);
                    DoubleMatrix own = withSignsOf(expected, correction(state, l, side + "_eigenvectors"));
                    // The gap between eigenvalues is at least a thousandth of the largest.
                    Near.assertNear(layer + " " + side + "_eigenvectors", own, expected, 1e3 * tolerance);
                }
            }
            if (golden.isSettled(type.toString())) {
                Near.assertNear(
                        layer + " lambda_matrix",
                        correction(state, l, EigenCorrection.LAMBDA_MATRIX),
                        golden.sum(type, EigenCorrection.LAMBDA_MATRIX, layer),
                        1e3 * tolerance);
            }
        }
    }

    private static DoubleMatrix withSignsOf(DoubleMatrix expected, Entries vectors) {
        DoubleMatrix signed = vectors.toDense(1);
        for (int j = 0; j < signed.columns(); j++) {
            DoubleMatrix column = signed.view(0, signed.rows(), j, 1);
            column.scale(column.dot(expected.view(0, signed.rows(), j, 1)) < 0 ? -1 : 1);
        }
        return signed;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsAndLossesAreThoseOfTheIndependentProgram(String name, Fisher.Type type, Precision precision) {
        Golden golden = Golden.read(name);
        Network network = golden.network();
        List<Row> rows = golden.rows();
        RowBlock block = Row.blocks(precision, network.inputs(), rows).get(0);
        DoubleMatrix outputs = new TapEngine(network, fisher(type), precision)
                .outputs(block)
                .toDense(1)
                .transpose();
        Near.assertNear("outputs", outputs, golden.outputs(), TOLERANCE.get(precision));
        double[] losses = new double[rows.size()];
        for (int i = 0; i < losses.length; i++) {
            double[] f = new double[network.outputs()];
            outputs.transpose().getColumn(i, f);
            double[] mean = new double[f.length];
            network.likelihood().mean(f, mean);
            losses[i] = network.likelihood().loss(f, mean, rows.get(i).label());
        }
        Near.assertNear("losses", losses, golden.losses(), TOLERANCE.get(precision));
    }
}
