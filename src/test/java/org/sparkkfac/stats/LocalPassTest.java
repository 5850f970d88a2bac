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
import org.junit.jupiter.api.Nested;
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
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** The pass in this process, under several cuts of the same rows. */
final class LocalPassTest {
    /** Every part at once; as {@link PassContract} does, but under cuts with empty groups and blocks. */
    private record Case(Network network, List<Row> rows, Fisher fisher, List<ParameterVector> vectors) {
        static Case of(Cases random) {
            Network network = random.network(
                    List.of("softmax", "sigmoid", "gaussian", "poisson").get(random.integer(0, 3)));
            List<ParameterVector> vectors = IntStream.range(0, 4)
                    .mapToObj(i -> random.vector(network.layers(), 0.5))
                    .toList();
            return new Case(network, random.rows(network, 12), random.fisher(), vectors);
        }

        Request over(int[][] cut) {
            RowSelection all =
                    pass(network, rows, Precision.DOUBLE, cut).blocks().all();
            return Request.gradient(network, all)
                    .with(
                            new Statistics(
                                    all,
                                    List.of(StatisticKind.KRONECKER, StatisticKind.DIAGONAL),
                                    network.layers(),
                                    fisher,
                                    List.of()),
                            new FisherProducts(all, vectors.subList(0, 2)),
                            new Confusion(all),
                            new Fit(all, vectors.get(2)),
                            new Fit(all, vectors.get(3)));
        }

        Sums answer(Precision precision, int[][] cut) {
            return pass(network, rows, precision, cut).run(network, over(cut));
        }
    }

    @Nested
    final class Serial extends PassContract {
        @Override
        protected Pass pass(Network network, List<Row> rows, Precision precision, int groups, int blockRows) {
            return local(network, rows, precision, groups, blockRows, false);
        }
    }

    @Nested
    final class Parallel extends PassContract {
        @Override
        protected Pass pass(Network network, List<Row> rows, Precision precision, int groups, int blockRows) {
            return local(network, rows, precision, groups, blockRows, true);
        }
    }

    private static LocalPass pass(Network network, List<Row> rows, Precision precision, int[][] cut) {
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
        return new LocalPass(groups, precision, false);
    }

    private static final int[][][] CUTS = {{{12}}, {{5, 7}}, {{1, 2, 3}, {6}}, {{4}, {}, {3, 0, 5}}, {{1}, {1, 9}, {1}}
    };

    @Test
    void howeverTheRowsAreCutTheAnswerIsTheSame() {
        Cases.each(20, random -> {
            Case asked = Case.of(random);
            Sums whole = asked.answer(Precision.DOUBLE, CUTS[0]);
            for (int[][] cut : CUTS) {
                PassContract.assertNear(asked.answer(Precision.DOUBLE, cut), whole);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theSameCutGivesTheSameBytesAlsoInParallel(Precision precision) {
        Cases.each(5, random -> {
            Case asked = Case.of(random);
            for (int[][] cut : CUTS) {
                byte[] first = Asked.bytes(asked.answer(precision, cut));
                LocalPass parallel = new LocalPass(
                        pass(asked.network(), asked.rows(), precision, cut).groups(), precision, true);
                assertThat(Asked.bytes(parallel.run(asked.network(), asked.over(cut))))
                        .isEqualTo(first);
            }
        });
    }

    @Test
    void theAnswerIsThatOfTheSlowSums() {
        Cases.each(20, random -> {
            Case asked = Case.of(random);
            Sums sums = asked.answer(Precision.DOUBLE, CUTS[3]);
            Network network = asked.network();
            BruteForce slow = new BruteForce(network);
            Near.assertNear("gradient", Asked.meanGradient(sums), slow.meanGradient(asked.rows()), 1e-10);
            Near.assertNear("loss", sums.of(Fit.class).meanLoss(), slow.meanLoss(asked.rows()), 1e-11);
            Near.assertNear(
                    "trial",
                    sums.all(Fit.class).get(2).meanLoss(),
                    new BruteForce(network.withParameters(asked.vectors().get(3))).meanLoss(asked.rows()),
                    1e-11);
            DoubleMatrix g = slow.gradientCovariance(asked.rows(), asked.fisher(), 0);
            Near.assertNear(
                    "G",
                    sums.of(Statistics.class).average(StatisticKind.KRONECKER, 0, KroneckerFactors.GRADIENT_COVARIANCE),
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
            LocalPass pass = pass(network, rows, Precision.DOUBLE, new int[][] {{5}, {4, 3}});
            ParameterVector v = random.vector(network.layers(), 1);
            RowSelection three = new RowSelection(List.of(new RowRange(2, 0, 3)));
            RowSelection middle = new RowSelection(List.of(new RowRange(1, 1, 2), new RowRange(0, 2, 3)));
            RowSelection inside = new RowSelection(List.of(new RowRange(0, 3, 1), new RowRange(2, 1, 1)));
            Sums sums = pass.run(
                    network,
                    Request.gradient(network, middle)
                            .with(
                                    new Statistics(
                                            inside,
                                            List.of(StatisticKind.KRONECKER),
                                            network.layers(),
                                            Fisher.exact(),
                                            List.of()),
                                    new FisherProducts(three, List.of(v)),
                                    new Fit(inside, v)));
            List<Row> ofMiddle = List.of(rows.get(2), rows.get(3), rows.get(4), rows.get(6), rows.get(7));
            List<Row> ofInside = List.of(rows.get(3), rows.get(10));
            BruteForce slow = new BruteForce(network);
            Near.assertNear("gradient", Asked.meanGradient(sums), slow.meanGradient(ofMiddle), 1e-11);
            Near.assertNear("loss", sums.of(Fit.class).meanLoss(), slow.meanLoss(ofMiddle), 1e-11);
            Near.assertNear(
                    "A",
                    sums.of(Statistics.class)
                            .average(StatisticKind.KRONECKER, 0, KroneckerFactors.ACTIVATION_COVARIANCE),
                    slow.activationCovariance(ofInside, 0),
                    1e-12);
            Near.assertNear(
                    "trial",
                    sums.all(Fit.class).get(1).meanLoss(),
                    new BruteForce(network.withParameters(v)).meanLoss(ofInside),
                    1e-11);
            DoubleMatrix full = slow.full(rows.subList(9, 12), Fisher.exact());
            DoubleMatrix column = DoubleMatrix.wrap(full.rows(), 1, v.toArray());
            Near.assertNear(
                    "vᵀFv", sums.of(FisherProducts.class).mean().get(0, 0), column.dot(full.times(column)), 1e-10);
            assertThat(sums.of(Statistics.class).rows()).isEqualTo(2);
        });
    }

    @Test
    void countsAndMatricesAreAllOfAnAnswer() throws IOException {
        Case asked = Case.of(Cases.one());
        Request request = asked.over(CUTS[1]);
        Sums sums = asked.answer(Precision.DOUBLE, CUTS[1]);
        ByteArrayOutputStream counts = new ByteArrayOutputStream();
        sums.writeCounts(new DataOutputStream(counts));
        Sums back = new Sums(asked.network(), request);
        back.addCounts(new DataInputStream(new ByteArrayInputStream(counts.toByteArray())));
        for (int i = 0; i < sums.matrices().size(); i++) {
            back.matrices().get(i).add(1, sums.matrices().get(i));
        }
        assertThat(Asked.bytes(back)).isEqualTo(Asked.bytes(sums));
        assertThat(request.stateBytes(asked.network()))
                .isEqualTo(sums.matrices().stream()
                        .mapToLong(DoubleMatrix::byteSize)
                        .sum());
    }

    /** A fit beside a gradient goes over no rows of its own, and statistics of all the empirical Fisher's rows cost no pass. */
    @Test
    void whatPartsShareIsCountedOnce() {
        Network network = Cases.one().chain("softmax", "tanh", 2, 3, 2);
        RowSelection rows = new RowSelection(List.of(new RowRange(0, 0, 8)));
        Request gradient = Request.gradient(network, rows);
        assertThat(gradient.rowsTouched()).isEqualTo(8);
        assertThat(Request.of(Fit.of(rows)).rowsTouched()).isEqualTo(8);
        Request both = gradient.with(
                new Statistics(rows.fraction(0.5, 0), List.of(), network.layers(), Fisher.empirical(), List.of()));
        assertThat(both.rowsTouched()).isEqualTo(12);
        Request whole = gradient.with(new Statistics(rows, List.of(), network.layers(), Fisher.empirical(), List.of()));
        assertThat(whole.flopsOfRow(network, 8)).isEqualTo(gradient.flopsOfRow(network, 8));
        assertThat(both.flopsOfRow(network, 8)).isGreaterThan(gradient.flopsOfRow(network, 8));
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
        LocalPass pass = pass(network, rows, Precision.DOUBLE, new int[][] {{3}});
        assertThatThrownBy(() -> pass.run(
                        network, Request.gradient(network, pass.blocks().all())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("need labels; name their columns");
    }
}
