package org.sparkkfac.stats;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

final class FullMatrixTest extends StatisticContractTest {
    FullMatrixTest() {
        super(StatisticKind.FULL);
    }

    static Stream<Arguments> cases() {
        return Cases.likelihoods().stream()
                .flatMap(likelihood -> Stream.of(Precision.values())
                        .flatMap(precision -> Stream.of(Fisher.exact(), Fisher.monteCarlo(3, 5), Fisher.empirical())
                                .map(fisher -> Arguments.of(likelihood, fisher, precision))));
    }

    private static DoubleMatrix full(StatisticsState state) {
        return state.average(StatisticKind.FULL, 0, FullMatrix.FULL);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void blocksAndDiagonalAreTheOtherStatisticsAndTheRestIsTheSlowSum(
            String likelihood, Fisher fisher, Precision precision) {
        double tolerance = precision == Precision.DOUBLE ? 1e-12 : 1e-5;
        Cases.each(6, random -> {
            Network network = random.network(likelihood);
            List<Row> rows = random.rows(network, random.integer(2, 9));
            int[] sizes = random.split(rows.size(), random.integer(1, 4));
            StatisticsState state = Row.collect(network, fisher, precision, rows, sizes);
            BruteForce slow = new BruteForce(network);
            DoubleMatrix full = full(state);
            DoubleMatrix expected = slow.full(rows, fisher);
            Near.assertNear("full", full, expected, tolerance);
            Near.assertNear("symmetric", full, full.transpose(), 0);
            for (int l = 0; l < network.layers().size(); l++) {
                DoubleMatrix block = slow.block(full, l);
                DoubleMatrix exact = state.average(StatisticKind.EXACT_BLOCK, l, ExactBlock.EXACT_BLOCK);
                Near.assertNear("block", block, exact, tolerance);
                double[] diagonal = new double[block.rows()];
                for (int k = 0; k < diagonal.length; k++) {
                    diagonal[k] = block.get(k, k);
                }
                DoubleMatrix measured = state.average(StatisticKind.DIAGONAL, l, DiagonalSum.DIAGONAL);
                Near.assertNear("diagonal", diagonal, measured.toArray(), tolerance);
            }
            int last = network.layers().size() - 1;
            if (last > 0) {
                DoubleMatrix apart = full.copy();
                int from = slow.first(last);
                int p = slow.parameters() - from;
                apart.view(from, p, 0, from).fill(0);
                apart.view(0, from, from, p).fill(0);
                Near.assertFar("layers apart", apart, expected);
            }
        });
    }

    /** 400 parameters: 10,485 gradient columns a step, of 60 rows × 200 outputs and of 11,000 rows × 1 label. */
    @Test
    void manyGradientColumnsAreSummedInChunks() {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "identity", 1, 200);
        List<Row> rows = random.rows(network, 60);
        StatisticsState exact = Row.collect(network, Fisher.exact(), rows);
        Near.assertNear(
                "exact", full(exact), exact.average(StatisticKind.EXACT_BLOCK, 0, ExactBlock.EXACT_BLOCK), 1e-12);

        List<Row> many = random.rows(network, 11_000);
        StatisticsState whole = collect(network, many);
        Near.assertNear("in blocks", full(whole), full(collect(network, many, 5000, 1, 0, 5999)), 1e-12);
        // The last rows are those of the second chunk.
        List<Row> others = many.subList(0, 10_485);
        DoubleMatrix lost = full(collect(network, others));
        lost.scale(Row.totalWeight(others) / Row.totalWeight(many));
        Near.assertFar("last chunk lost", lost, full(whole));
    }

    private static StatisticsState collect(Network network, List<Row> rows, int... sizes) {
        return Row.collect(List.of(StatisticKind.FULL), network, Fisher.empirical(), Precision.DOUBLE, rows, sizes);
    }

    /** Between layers, too, what lies in one chunk or in several is the same. */
    @Test
    void chunksDoNotTearLayersApart() {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "tanh", 4, 20, 20);
        List<Row> rows = random.rows(network, 450);
        List<StatisticKind> kinds = List.of(StatisticKind.FULL, StatisticKind.EXACT_BLOCK);
        // 520 parameters: 8,065 columns a step, of 9,000.
        StatisticsState whole = Row.collect(kinds, network, Fisher.exact(), Precision.DOUBLE, rows);
        StatisticsState small = Row.collect(kinds, network, Fisher.exact(), Precision.DOUBLE, rows, 150, 150, 150);
        Near.assertNear("full", full(whole), full(small), 1e-12);
        DoubleMatrix block = full(whole).view(100, 420, 100, 420).copy();
        Near.assertNear("block", block, whole.average(StatisticKind.EXACT_BLOCK, 1, ExactBlock.EXACT_BLOCK), 1e-12);
    }
}
