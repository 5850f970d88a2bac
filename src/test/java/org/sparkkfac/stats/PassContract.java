package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** What holds of every {@link Pass}, asked for every part at once. */
public abstract class PassContract {
    private static final int ROWS = 29;
    private static final int BLOCK_ROWS = 4;
    private static final int GROUPS = 3;

    /** The pass under test; {@link #release} ends it. */
    protected abstract Pass pass(Network network, List<Row> rows, Precision precision, int groups, int blockRows);

    /** Lets go of what a pass keeps. */
    protected void release(Pass pass) {}

    /** How often a case is tried. */
    protected int cases() {
        return 3;
    }

    /** Every part, over the same rows. */
    public static Request everything(Cases cases, Network network, Rows rows) {
        return Request.gradient(network, rows)
                .with(
                        new Statistics(
                                rows,
                                List.of(StatisticKind.values()),
                                network.layers(),
                                cases.fisher(),
                                bases(cases, network)),
                        new FisherProducts(rows, vectors(cases, network)),
                        new Confusion(rows))
                .with(Request.fits(rows, vectors(cases, network)).parts().toArray(Part<?>[]::new));
    }

    public static List<ParameterVector> vectors(Cases cases, Network network) {
        return List.of(cases.vector(network.layers(), 0.5), cases.vector(network.layers(), 0.5));
    }

    /** Orthonormal or not does not matter here. */
    public static List<EigenBasis> bases(Cases cases, Network network) {
        List<EigenBasis> bases = new ArrayList<>();
        for (LayerShape layer : network.layers()) {
            DoubleMatrix a = cases.matrix(layer.columns(), layer.columns());
            bases.add(EigenBasis.ofVectors(a, cases.matrix(layer.out(), layer.out())));
        }
        return bases;
    }

    /** The same rows in this process, cut in the same way. */
    public static LocalPass local(
            Network network, List<Row> rows, Precision precision, int groups, int blockRows, boolean isParallel) {
        List<List<RowBlock>> blocks = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            List<Row> some = rows.subList(g * rows.size() / groups, (g + 1) * rows.size() / groups);
            List<RowBlock> group = new ArrayList<>();
            for (int first = 0; first < some.size(); first += blockRows) {
                List<Row> block = some.subList(first, Math.min(some.size(), first + blockRows));
                group.addAll(Row.blocks(precision, network.inputs(), block));
            }
            blocks.add(group);
        }
        return new LocalPass(blocks, precision, isParallel);
    }

    private Sums run(Network network, List<Row> rows, Precision precision, int groups, int blockRows, Request request) {
        Pass pass = pass(network, rows, precision, groups, blockRows);
        try {
            return pass.run(network, request);
        } finally {
            release(pass);
        }
    }

    private static Network network(Cases cases) {
        return cases.network(
                List.of("softmax", "sigmoid", "gaussian", "poisson").get(cases.integer(0, 3)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theBytesAreThoseOfTheSameBlocksInOneProcess(Precision precision) {
        Cases.each(cases(), cases -> {
            Network network = network(cases);
            List<Row> rows = cases.rows(network, ROWS);
            Request request = everything(cases, network, Rows.ALL);
            byte[] expected = Asked.bytes(
                    local(network, rows, precision, GROUPS, BLOCK_ROWS, false).run(network, request));
            assertThat(Asked.bytes(run(network, rows, precision, GROUPS, BLOCK_ROWS, request)))
                    .isEqualTo(expected);
            List<Row> heavier = new ArrayList<>(rows);
            heavier.set(
                    ROWS - 1, rows.get(ROWS - 1).withWeight(rows.get(ROWS - 1).weight() + 1));
            assertThat(Asked.bytes(run(network, heavier, precision, GROUPS, BLOCK_ROWS, request)))
                    .as("the last row matters")
                    .isNotEqualTo(expected);
        });
    }

    @Test
    void howeverTheRowsAreCutTheSumsAreTheSame() {
        Cases.each(cases(), cases -> {
            Network network = network(cases);
            List<Row> rows = cases.rows(network, ROWS);
            Request request = everything(cases, network, Rows.ALL);
            Sums whole = run(network, rows, Precision.DOUBLE, 1, ROWS, request);
            for (int[] cut : new int[][] {{1, 5}, {2, ROWS}, {GROUPS, BLOCK_ROWS}, {ROWS, 1}}) {
                assertNear(run(network, rows, Precision.DOUBLE, cut[0], cut[1], request), whole);
            }
            Sums less = run(network, rows.subList(0, ROWS - 1), Precision.DOUBLE, 1, ROWS, request);
            assertThat(less.of(Fit.class).rows())
                    .isNotEqualTo(whole.of(Fit.class).rows());
        });
    }

    /** All of two answers to the request for everything. */
    static void assertNear(Sums actual, Sums expected) {
        List<Evaluation> fits = actual.all(Fit.class);
        for (int i = 0; i < fits.size(); i++) {
            assertNear(fits.get(i), expected.all(Fit.class).get(i));
        }
        Assessment assessment = actual.of(Confusion.class);
        assertNear(assessment.fit(), expected.of(Confusion.class).fit());
        for (int c = 0; c < assessment.classes(); c++) {
            Near.assertNear(
                    "class",
                    1 + assessment.labelled(c),
                    1 + expected.of(Confusion.class).labelled(c),
                    1e-12);
        }
        assertThat(actual.matrices()).hasSameSizeAs(expected.matrices());
        for (int i = 0; i < actual.matrices().size(); i++) {
            Near.assertNear(
                    "matrix " + i, actual.matrices().get(i), expected.matrices().get(i), 1e-10);
        }
        assertThat(actual.of(Statistics.class).rows())
                .isEqualTo(expected.of(Statistics.class).rows());
    }

    private static void assertNear(Evaluation actual, Evaluation expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        Near.assertNear("weight", actual.weight(), expected.weight(), 1e-14);
        Near.assertNear("loss", actual.meanLoss(), expected.meanLoss(), 1e-12);
        Near.assertNear("score", 2 + actual.score(), 2 + expected.score(), 1e-9);
    }

    @Test
    void theEmptyAnswerIsAnIdentity() {
        Cases.each(cases(), cases -> {
            Network network = network(cases);
            Request request = everything(cases, network, Rows.ALL);
            Sums sums = run(network, cases.rows(network, ROWS), Precision.DOUBLE, GROUPS, BLOCK_ROWS, request);
            byte[] bytes = Asked.bytes(sums);
            sums.merge(new Sums(network, request));
            assertThat(Asked.bytes(sums)).isEqualTo(bytes);
            Sums merged = new Sums(network, request);
            merged.merge(sums);
            assertThat(Asked.bytes(merged)).isEqualTo(bytes);
            merged.merge(sums);
            assertThat(Asked.bytes(merged)).as("no identity").isNotEqualTo(bytes);
        });
    }

    @Test
    void theOrderOfTheGroupsIsSeenInTheBytes() {
        Cases cases = Cases.one();
        Network network = cases.chain("gaussian", "tanh", 3, 4, 2);
        List<Row> rows = cases.rows(network, ROWS);
        Request request = Request.gradient(network, Rows.ALL);
        List<List<RowBlock>> reversed =
                new ArrayList<>(local(network, rows, Precision.DOUBLE, GROUPS, BLOCK_ROWS, false)
                        .groups());
        Collections.reverse(reversed);
        assertThat(Asked.bytes(run(network, rows, Precision.DOUBLE, GROUPS, BLOCK_ROWS, request)))
                .isNotEqualTo(Asked.bytes(new LocalPass(reversed, Precision.DOUBLE, false).run(network, request)));
    }

    @Test
    void aRequestOfNothingIsAnsweredWithNothing() {
        Cases cases = Cases.one();
        Network network = cases.chain("softmax", "tanh", 3, 4, 2);
        Sums sums = run(network, cases.rows(network, ROWS), Precision.DOUBLE, GROUPS, BLOCK_ROWS, Request.NOTHING);
        assertThat(Asked.bytes(sums)).isEmpty();
    }
}
