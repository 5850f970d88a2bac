package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** The contract of a {@link StepPass}, run on the local one under several cuts of the same rows. */
final class StepPassTest {
    /** Every part at once, over different rows. */
    private record Asked(Network network, List<Row> rows, StepRequest request) {
        static Asked of(Cases random, Precision precision, int[][] cut) {
            Network network = random.network(
                    List.of("softmax", "sigmoid", "gaussian", "poisson").get(random.integer(0, 3)));
            List<Row> rows = random.rows(network, 12);
            List<ParameterVector> vectors = IntStream.range(0, 4)
                    .mapToObj(i -> random.vector(network.layers(), 0.5))
                    .toList();
            RowSelection all = pass(network, rows, precision, cut).blocks().all();
            StepRequest request = StepRequest.gradient(all)
                    .withStatistics(
                            all, random.fisher(), List.of(), List.of(StatisticKind.KRONECKER, StatisticKind.DIAGONAL))
                    .withProducts(all, vectors.subList(0, 2))
                    .withLosses(all, vectors.subList(2, 4));
            return new Asked(network, rows, request);
        }

        StepRequest over(int[][] cut) {
            RowSelection all =
                    pass(network, rows, Precision.DOUBLE, cut).blocks().all();
            return StepRequest.gradient(all)
                    .withStatistics(all, request.fisher(), request.bases(), request.kinds())
                    .withProducts(all, request.directions())
                    .withLosses(all, request.trials());
        }

        StepSums answer(Precision precision, int[][] cut) {
            return pass(network, rows, precision, cut).pass(network, over(cut));
        }
    }

    private static LocalStepPass pass(Network network, List<Row> rows, Precision precision, int[][] cut) {
        List<List<RowBlock>> groups = new ArrayList<>();
        int next = 0;
        for (int[] sizes : cut) {
            int count = IntStream.of(sizes).sum();
            groups.add(Row.blocks(
                    precision,
                    network.inputs(),
                    rows.subList(next, next + count),
                    sizes.length == 0 ? new int[] {0} : sizes));
            next += count;
        }
        assertThat(next).isEqualTo(rows.size());
        return new LocalStepPass(groups, precision, false);
    }

    private static byte[] bytes(StepSums sums) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            sums.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static final int[][][] CUTS = {{{12}}, {{5, 7}}, {{1, 2, 3}, {6}}, {{4}, {}, {3, 0, 5}}, {{1}, {1, 9}, {1}}
    };

    @Test
    void howeverTheRowsAreCutTheAnswerIsTheSame() {
        Cases.each(20, random -> {
            Asked asked = Asked.of(random, Precision.DOUBLE, CUTS[0]);
            StepSums whole = asked.answer(Precision.DOUBLE, CUTS[0]);
            for (int[][] cut : CUTS) {
                assertNear(asked.answer(Precision.DOUBLE, cut), whole);
            }
        });
    }

    private static void assertNear(StepSums actual, StepSums expected) {
        assertThat(actual.fit().rows()).isEqualTo(expected.fit().rows());
        Near.assertNear("weight", actual.fit().weight(), expected.fit().weight(), 1e-14);
        Near.assertNear("loss", actual.fit().meanLoss(), expected.fit().meanLoss(), 1e-12);
        Near.assertNear("score", 2 + actual.fit().score(), 2 + expected.fit().score(), 1e-9);
        Near.assertNear("gradient", actual.meanGradient(), expected.meanGradient(), 1e-11);
        Near.assertNear("products", actual.fisherProducts(), expected.fisherProducts(), 1e-11);
        for (int i = 0; i < 2; i++) {
            Near.assertNear(
                    "trial",
                    actual.trials().get(i).meanLoss(),
                    expected.trials().get(i).meanLoss(),
                    1e-12);
        }
        for (int l = 0; l < expected.statistics().layers().size(); l++) {
            for (String name : StatisticKind.KRONECKER.names()) {
                Near.assertNear(
                        name,
                        actual.statistics().average(StatisticKind.KRONECKER, l, name),
                        expected.statistics().average(StatisticKind.KRONECKER, l, name),
                        1e-11);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theSameCutGivesTheSameBytesAlsoInParallel(Precision precision) {
        Cases.each(5, random -> {
            Asked asked = Asked.of(random, precision, CUTS[0]);
            for (int[][] cut : CUTS) {
                byte[] first = bytes(asked.answer(precision, cut));
                LocalStepPass parallel = new LocalStepPass(
                        pass(asked.network(), asked.rows(), precision, cut).groups(), precision, true);
                assertThat(bytes(parallel.pass(asked.network(), asked.over(cut))))
                        .isEqualTo(first);
            }
        });
    }

    @Test
    void theAnswerIsThatOfTheSlowSums() {
        Cases.each(20, random -> {
            Asked asked = Asked.of(random, Precision.DOUBLE, CUTS[0]);
            StepSums sums = asked.answer(Precision.DOUBLE, CUTS[3]);
            Network network = asked.network();
            BruteForce slow = new BruteForce(network);
            Near.assertNear("gradient", sums.meanGradient(), slow.meanGradient(asked.rows()), 1e-10);
            Near.assertNear("loss", sums.fit().meanLoss(), slow.meanLoss(asked.rows()), 1e-11);
            Near.assertNear(
                    "trial",
                    sums.trials().get(1).meanLoss(),
                    new BruteForce(network.withParameters(
                                    asked.request().trials().get(1)))
                            .meanLoss(asked.rows()),
                    1e-11);
            DoubleMatrix g =
                    slow.gradientCovariance(asked.rows(), asked.request().fisher(), 0);
            Near.assertNear(
                    "G",
                    sums.statistics().average(StatisticKind.KRONECKER, 0, KroneckerFactors.GRADIENT_COVARIANCE),
                    g,
                    1e-10);
        });
    }

    @Test
    void everyPartSeesItsOwnRowsAlone() {
        Cases.each(20, random -> {
            Network network = random.network("softmax");
            List<Row> rows = random.rows(network, 12).stream()
                    .map(row -> row.withWeight(Math.max(0.5, row.weight())))
                    .toList();
            LocalStepPass pass = pass(network, rows, Precision.DOUBLE, new int[][] {{5}, {4, 3}});
            ParameterVector v = random.vector(network.layers(), 1);
            RowSelection three = new RowSelection(List.of(new RowRange(2, 0, 3)));
            RowSelection middle = new RowSelection(List.of(new RowRange(1, 1, 2), new RowRange(0, 2, 3)));
            RowSelection inside = new RowSelection(List.of(new RowRange(0, 3, 1), new RowRange(2, 1, 1)));
            StepSums sums = pass.pass(
                    network,
                    StepRequest.gradient(middle)
                            .withStatistics(inside, Fisher.exact(), List.of(), List.of(StatisticKind.KRONECKER))
                            .withProducts(three, List.of(v))
                            .withLosses(inside, List.of(v)));
            List<Row> ofMiddle = List.of(rows.get(2), rows.get(3), rows.get(4), rows.get(6), rows.get(7));
            List<Row> ofInside = List.of(rows.get(3), rows.get(10));
            BruteForce slow = new BruteForce(network);
            Near.assertNear("gradient", sums.meanGradient(), slow.meanGradient(ofMiddle), 1e-11);
            Near.assertNear("loss", sums.fit().meanLoss(), slow.meanLoss(ofMiddle), 1e-11);
            Near.assertNear(
                    "A",
                    sums.statistics().average(StatisticKind.KRONECKER, 0, KroneckerFactors.ACTIVATION_COVARIANCE),
                    slow.activationCovariance(ofInside, 0),
                    1e-12);
            Near.assertNear(
                    "trial",
                    sums.trials().get(0).meanLoss(),
                    new BruteForce(network.withParameters(v)).meanLoss(ofInside),
                    1e-11);
            DoubleMatrix full = slow.full(rows.subList(9, 12), Fisher.exact());
            DoubleMatrix column = DoubleMatrix.wrap(full.rows(), 1, v.toArray());
            Near.assertNear("vᵀFv", sums.fisherProducts().get(0, 0), column.dot(full.times(column)), 1e-10);
            assertThat(sums.statistics().rows()).isEqualTo(2);
        });
    }

    @Test
    void requestAndAnswerSurviveTheirBytes() throws IOException {
        Cases random = Cases.one();
        Asked asked = Asked.of(random, Precision.DOUBLE, CUTS[1]);
        List<EigenBasis> bases = asked.network().layers().stream()
                .map(layer -> EigenBasis.ofVectors(
                        random.matrix(layer.columns(), layer.columns()), random.matrix(layer.out(), layer.out())))
                .toList();
        StepRequest request = asked.over(CUTS[1])
                .withStatistics(
                        asked.over(CUTS[1]).gradient(),
                        Fisher.monteCarlo(2, 5),
                        bases,
                        List.of(StatisticKind.EIGEN_CORRECTED));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        request.write(new DataOutputStream(written));
        StepRequest read = StepRequest.read(
                asked.network().layers(), new DataInputStream(new ByteArrayInputStream(written.toByteArray())));
        LocalStepPass pass = pass(asked.network(), asked.rows(), Precision.DOUBLE, CUTS[1]);
        byte[] answer = bytes(pass.pass(asked.network(), request));
        assertThat(bytes(pass.pass(asked.network(), read))).isEqualTo(answer);
        StepSums back = StepSums.read(asked.network(), request, new DataInputStream(new ByteArrayInputStream(answer)));
        assertThat(bytes(back)).isEqualTo(answer);
        answer[7]++;
        assertThatThrownBy(() ->
                        StepSums.read(asked.network(), request, new DataInputStream(new ByteArrayInputStream(answer))))
                .hasMessageContaining("version 2");
    }

    @Test
    void aFractionTakesItsShareOfEveryRange() {
        RowSelection rows = new RowSelection(List.of(new RowRange(3, 0, 80), new RowRange(1, 10, 40)));
        assertThat(rows.fraction(0.125, 0).ranges()).containsExactly(new RowRange(1, 10, 5), new RowRange(3, 0, 10));
        assertThat(rows.fraction(0.125, 0.999).ranges())
                .containsExactly(new RowRange(1, 45, 5), new RowRange(3, 70, 10));
        assertThat(rows.fraction(1e-9, 0).rows()).isEqualTo(2);
        assertThat(rows.fraction(1, 0.5)).isEqualTo(rows);
    }

    @Test
    void rowsWithoutLabelsAreRefused() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3, 2);
        List<Row> rows = random.rows(network, 3).stream().map(Row::withoutLabel).toList();
        LocalStepPass pass = pass(network, rows, Precision.DOUBLE, new int[][] {{3}});
        assertThatThrownBy(() ->
                        pass.pass(network, StepRequest.gradient(pass.blocks().all())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("need labels; name their columns");
    }
}
