package org.sparkkfac.stats;

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
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.testing.Golden;
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
        StatisticsState state = Row.collect(golden.network(), fisher(type), precision, golden.rows(), 3, 4);
        double tolerance = TOLERANCE.get(precision);
        for (StatisticKind kind : state.kinds()) {
            for (int l = 0; l < state.layers().size(); l++) {
                String layer = state.layers().get(l).name();
                for (Map.Entry<String, Entries> sum :
                        state.statistics(kind).get(l).sums().entrySet()) {
                    DoubleMatrix expected = golden.sum(type, sum.getKey(), layer);
                    Near.assertNear(layer + " " + sum.getKey(), sum.getValue(), expected, tolerance);
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
            losses[i] = network.likelihood().loss(f, rows.get(i).label());
        }
        Near.assertNear("losses", losses, golden.losses(), TOLERANCE.get(precision));
    }
}
