package org.sparkkfac.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Kinds;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** The whole state: splits, orders and blocks do not matter, bytes are checked. */
final class StatisticsStateTest {
    private static final List<StatisticKind> KINDS = Kinds.ONE_PASS;

    private static void assertNear(StatisticsState actual, StatisticsState expected, double tolerance) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.kinds()).isEqualTo(expected.kinds());
        Near.assertNear("weight", actual.totalWeight(), expected.totalWeight(), 1e-14);
        Near.assertNear("loss", actual.lossSum(), expected.lossSum(), tolerance);
        assertThat(actual.meanLoss().isPresent()).isEqualTo(expected.meanLoss().isPresent());
        expected.gradientSum()
                .ifPresent(gradient ->
                        Near.assertNear("gradient", actual.gradientSum().orElseThrow(), gradient, tolerance));
        for (StatisticKind kind : expected.kinds()) {
            for (int l = 0; l < expected.statistics(kind).size(); l++) {
                Statistic own = actual.statistics(kind).get(l);
                expected.statistics(kind)
                        .get(l)
                        .sums()
                        .forEach((name, sum) -> Near.assertNear(name, own.sums().get(name), sum, tolerance));
            }
        }
    }

    private static StatisticsState collect(Network network, Fisher fisher, List<Row> rows, int... sizes) {
        return collect(network, fisher, Precision.DOUBLE, rows, sizes);
    }

    private static StatisticsState collect(
            Network network, Fisher fisher, Precision precision, List<Row> rows, int... sizes) {
        return Row.collect(KINDS, network, fisher, precision, rows, sizes);
    }

    private static byte[] bytes(StatisticsState state) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            state.write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static StatisticsState read(StatisticsState like, byte[] bytes) throws IOException {
        return StatisticsState.read(like.layers(), like.kinds(), new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void splitsEmptyPartsUnevenBlocksAndShuffledRowsGiveTheSameStatistics(Precision precision) {
        double tolerance = precision == Precision.DOUBLE ? 1e-12 : 1e-5;
        Cases.each(15, random -> {
            Network network = random.network(random.chance(0.5) ? "softmax" : "poisson");
            List<Row> rows = random.rows(network, random.integer(1, 30));
            Fisher fisher = random.fisher();
            StatisticsState whole = collect(network, fisher, precision, rows);
            int[] blocks = random.split(rows.size(), random.integer(1, 6));
            assertNear(collect(network, fisher, precision, rows, blocks), whole, tolerance);

            StatisticsState merged = new StatisticsState(network.layers(), KINDS);
            int next = 0;
            for (int size : random.split(rows.size(), random.integer(2, 5))) {
                List<Row> part = rows.subList(next, next + size);
                merged.merge(collect(network, fisher, precision, part, random.split(size, 3)));
                next += size;
            }
            assertNear(merged, whole, tolerance);

            List<Row> shuffled = Arrays.stream(random.permutation(rows.size()))
                    .mapToObj(rows::get)
                    .toList();
            assertNear(collect(network, fisher, precision, shuffled, blocks), whole, tolerance);
        });
    }

    /** As other sums do, where all parts were measured in one basis. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void correctionsInOneBasisAddUpWhateverTheSplit(Precision precision) {
        double tolerance = precision == Precision.DOUBLE ? 1e-12 : 1e-5;
        Cases.each(8, random -> {
            Network network = random.network(random.chance(0.5) ? "softmax" : "poisson");
            List<Row> rows = random.rows(network, random.integer(2, 20));
            Fisher fisher = random.fisher();
            List<EigenBasis> bases = EigenBasis.of(collect(network, fisher, precision, rows));
            StatisticsState whole = Row.correct(bases, network, fisher, precision, rows);
            if (fisher.type() != Fisher.Type.EMPIRICAL) {
                assertThat(whole.meanLoss()).isEmpty();
                assertThat(whole.gradientSum()).isEmpty();
            }
            StatisticsState merged =
                    new StatisticsState(network.layers(), List.of(StatisticKind.EIGEN_CORRECTED), bases);
            int next = 0;
            for (int size : random.split(rows.size(), random.integer(2, 5))) {
                List<Row> part = rows.subList(next, next + size);
                merged.merge(Row.correct(bases, network, fisher, precision, part, random.split(size, 3)));
                next += size;
            }
            assertNear(merged, whole, tolerance);
            Near.assertFar(
                    "the last row lost",
                    lambda(Row.correct(bases, network, fisher, precision, rows.subList(0, rows.size() - 1))),
                    lambda(Row.correct(bases, network, fisher, precision, withLastOfWeightOne(rows))));
            try {
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes(whole)));
                StatisticsState read = StatisticsState.read(network.layers(), whole.kinds(), bases, in);
                assertThat(bytes(read)).isEqualTo(bytes(whole));
                assertNear(read, whole, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static List<Row> withLastOfWeightOne(List<Row> rows) {
        List<Row> changed = new ArrayList<>(rows);
        changed.set(rows.size() - 1, rows.get(rows.size() - 1).withWeight(1));
        return changed;
    }

    private static Entries lambda(StatisticsState state) {
        return state.statistics(StatisticKind.EIGEN_CORRECTED).get(0).sums().get(EigenCorrection.LAMBDA_MATRIX);
    }

    @Test
    void correctionsInTwoBasesAreNotMerged() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3, 3);
        List<Row> rows = random.rows(network, 12);
        Fisher fisher = Fisher.exact();
        StatisticsState first = Row.collect(network, fisher, rows.subList(0, 6));
        StatisticsState second = Row.collect(network, fisher, rows.subList(6, 12));
        assertThatThrownBy(() -> first.merge(second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lambda_matrix was measured in two different eigenbases and cannot be added");
    }

    /** A pass over other rows at every call. */
    private static final class Changing implements Pass {
        private final Iterator<List<Row>> rows;

        Changing(List<List<Row>> rows) {
            this.rows = rows.iterator();
        }

        @Override
        public Precision precision() {
            return Precision.DOUBLE;
        }

        @Override
        public BlockIndex blocks() {
            throw new IllegalStateException();
        }

        @Override
        public Sums run(Network network, Request request) {
            return LocalPass.of(Precision.DOUBLE, Row.blocks(Precision.DOUBLE, 2, rows.next()))
                    .run(network, request);
        }
    }

    @Test
    void otherRowsInTheSecondPassAreRefused() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3, 3);
        List<Row> rows = random.rows(network, 12);
        List<Row> heavier = new ArrayList<>(rows);
        heavier.set(3, rows.get(3).withWeight(rows.get(3).weight() + 1));
        for (List<Row> other : List.of(rows.subList(0, 11), heavier)) {
            StatisticsPlan plan = StatisticsPlan.of(Fisher.exact(), StatisticKind.EIGEN_CORRECTED);
            assertThatThrownBy(() -> plan.collect(network, new Changing(List.of(rows, other))))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("the data changed between two passes: first 12 rows of weight ");
        }
    }

    @Test
    void rowsWithoutWeightNeedNoSecondPass() {
        Network network = Cases.one().chain("softmax", "tanh", 2, 3, 3);
        StatisticsState state = Row.collect(network, Fisher.exact(), List.of());
        assertThat(state.rows()).isZero();
        assertThat(state.kinds()).isEqualTo(KINDS);
    }

    /** Two Monte-Carlo passes over other blocks agree far closer than two of other draws. */
    @Test
    void drawsDependOnTheRowAndNotOnItsPlace() {
        Cases.each(5, random -> {
            Network network = random.chain("softmax", "tanh", 2, 3, 3);
            List<Row> rows = random.rows(network, 12);
            StatisticsState whole = collect(network, Fisher.monteCarlo(2, 5), rows);
            List<Row> renumbered = rows.stream()
                    .map(row -> new Row(row.x(), row.label(), row.weight(), row.id() + 1))
                    .toList();
            String name = KroneckerFactors.GRADIENT_COVARIANCE;
            assertNear(collect(network, Fisher.monteCarlo(2, 5), rows, 5, 0, 7), whole, 1e-13);
            Near.assertFar(
                    "other ids",
                    collect(network, Fisher.monteCarlo(2, 5), renumbered).average(StatisticKind.KRONECKER, 0, name),
                    whole.average(StatisticKind.KRONECKER, 0, name));
            Near.assertFar(
                    "another seed",
                    collect(network, Fisher.monteCarlo(2, 6), rows).average(StatisticKind.KRONECKER, 0, name),
                    whole.average(StatisticKind.KRONECKER, 0, name));
        });
    }

    @Test
    void theSameBlocksGiveTheSameBytes() {
        Cases.each(3, random -> {
            Network network = random.network("softmax");
            List<Row> rows = random.rows(network, 9);
            Fisher fisher = random.fisher();
            assertThat(bytes(collect(network, fisher, rows, 4, 5)))
                    .isEqualTo(bytes(collect(network, fisher, rows, 4, 5)));
        });
    }

    @Test
    void aWeightIsWorthAsManyRows() {
        Cases.each(5, random -> {
            Network network = random.network("sigmoid");
            List<Row> rows = random.rows(network, 4).stream()
                    .map(row -> row.withWeight(1))
                    .toList();
            Row doubled = rows.get(0).withWeight(2);
            StatisticsState repeated =
                    collect(network, Fisher.exact(), List.of(rows.get(0), rows.get(0), rows.get(1), rows.get(2)));
            StatisticsState weighted = collect(network, Fisher.exact(), List.of(doubled, rows.get(1), rows.get(2)));
            StatisticsState ignored = collect(network, Fisher.exact(), rows.subList(0, 3));
            String name = DiagonalSum.DIAGONAL;
            Near.assertNear(
                    "diagonal",
                    weighted.average(StatisticKind.DIAGONAL, 0, name),
                    repeated.average(StatisticKind.DIAGONAL, 0, name),
                    1e-14);
            Near.assertNear("loss", weighted.lossSum(), repeated.lossSum(), 1e-14);
            Near.assertNear(
                    "gradient",
                    weighted.gradientSum().orElseThrow(),
                    repeated.gradientSum().orElseThrow(),
                    1e-13);
            assertThat(weighted.rows()).isEqualTo(3);
            Near.assertFar("weight ignored", ignored.lossSum(), repeated.lossSum());
        });
    }

    @Test
    void withoutLabelsThereIsNoLossAndNoGradientAndNoEmpiricalFisher() {
        Cases random = Cases.one();
        Network network = random.network("softmax");
        List<Row> rows = random.rows(network, 5);
        List<Row> unlabelled = rows.stream().map(Row::withoutLabel).toList();
        StatisticsState state = collect(network, Fisher.exact(), unlabelled, 2, 3);
        assertThat(state.meanLoss()).isEmpty();
        assertThat(state.gradientSum()).isEmpty();
        assertThat(state.meanGradient()).isEmpty();
        StatisticsState labelled = collect(network, Fisher.exact(), rows);
        for (StatisticKind kind : KINDS) {
            labelled.statistics(kind)
                    .get(0)
                    .sums()
                    .forEach((name, sum) -> Near.assertNear(
                            name, state.statistics(kind).get(0).sums().get(name), sum, 1e-13));
        }
        assertThatThrownBy(() -> collect(network, Fisher.empirical(), unlabelled))
                .isInstanceOf(UserException.class)
                .hasMessage("the empirical Fisher matrix needs labels; name their columns");
    }

    /** Their sum would be divided by the weight of all rows. */
    @Test
    void lossAndGradientAreLeftOutWhereOnlySomeRowsHadLabels() {
        Cases random = Cases.one();
        Network network = random.network("gaussian");
        List<Row> rows = random.rows(network, 4);
        StatisticsState state = collect(network, Fisher.exact(), rows.subList(0, 2));
        state.merge(collect(network, Fisher.exact(), List.of()));
        assertThat(state.meanLoss()).isPresent();
        state.merge(collect(network, Fisher.exact(), List.of(rows.get(2).withoutLabel())));
        assertThat(state.meanLoss()).isEmpty();
        assertThat(state.gradientSum()).isEmpty();
    }

    @Test
    void bytesComeBackBitForBit() {
        Cases.each(5, random -> {
            Network network = random.network("gaussian");
            StatisticsState state = collect(network, random.fisher(), random.rows(network, 6), 2, 4);
            byte[] bytes = bytes(state);
            try {
                StatisticsState read = read(state, bytes);
                assertThat(bytes(read)).isEqualTo(bytes);
                assertNear(read, state, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            StatisticsPlan plan = new StatisticsPlan(KINDS, Fisher.exact(), Precision.DOUBLE, 1024);
            assertThat((long) bytes.length).isLessThan(plan.request(network).stateBytes(network) + 200);
        });
    }

    @Test
    void bytesOfAnotherFormatOrVersionOrKindAreRefused() {
        Cases random = Cases.one();
        Network network = random.network("softmax");
        StatisticsState state = collect(network, Fisher.exact(), random.rows(network, 3));
        byte[] magic = bytes(state);
        magic[0]++;
        assertThatThrownBy(() -> read(state, magic)).hasMessage("these bytes are not a statistics state");
        byte[] version = bytes(state);
        ByteBuffer.wrap(version).putInt(4, 1);
        assertThatThrownBy(() -> read(state, version))
                .isInstanceOf(IOException.class)
                .hasMessage("a statistics state of version 1; this program reads 2");
        StatisticsState diagonal = new StatisticsState(network.layers(), List.of(StatisticKind.DIAGONAL));
        assertThatThrownBy(() -> read(diagonal, bytes(state)))
                .isInstanceOf(IOException.class)
                .hasMessage("found the statistics [kronecker, exact-block, diagonal, full] instead of [diagonal]");
        byte[] cut = Arrays.copyOf(bytes(state), 100);
        assertThatThrownBy(() -> read(state, cut)).isInstanceOf(IOException.class);
    }

    @Test
    void statesOfOtherLayersOrKindsAreNotMerged() {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3);
        Network other = random.chain("softmax", "tanh", 2, 4);
        StatisticsState state = new StatisticsState(network.layers(), KINDS);
        assertThatThrownBy(() -> state.merge(new StatisticsState(other.layers(), KINDS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot merge");
        assertThatThrownBy(() -> state.merge(new StatisticsState(network.layers(), List.of(StatisticKind.DIAGONAL))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot merge");
        assertThatThrownBy(() -> new StatisticsState(network.layers(), List.of()).statistics(StatisticKind.DIAGONAL))
                .hasMessage("diagonal was not collected");
    }

    @Test
    void aRestoredStateGoesOnWhereItEnded() {
        Cases random = Cases.one();
        Network network = random.network("poisson");
        List<Row> rows = random.rows(network, 8);
        StatisticsState first = collect(network, Fisher.exact(), rows.subList(0, 5));
        Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
        for (StatisticKind kind : KINDS) {
            List<Statistic> restored = kind.empty(network.layers());
            for (int i = 0; i < restored.size(); i++) {
                restored.get(i).restore(first.statistics(kind).get(i).sums());
            }
            statistics.put(kind, restored);
        }
        StatisticsState restored = StatisticsState.restored(
                network.layers(), statistics, first.gradientSum(), first.rows(), first.totalWeight(), first.lossSum());
        restored.merge(collect(network, Fisher.exact(), rows.subList(5, 8)));
        assertNear(restored, collect(network, Fisher.exact(), rows), 1e-13);
        assertThat(StatisticsState.restored(network.layers(), statistics, Optional.empty(), 5, 1, 0)
                        .meanLoss())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void theFirstSumThatIsNotFiniteIsNamed(double value) {
        Cases random = Cases.one();
        Network network = random.chain("gaussian", "identity", 2, 3, 2);
        List<Row> rows = random.rows(network, 3);
        StatisticsState state = collect(network, Fisher.exact(), rows);
        assertThat(state.firstNonFinite()).isEmpty();
        List<Row> bad =
                List.of(rows.get(0), Row.of(new double[] {value, 0}, null, 1).withoutLabel());
        StatisticsState unlabelled = collect(
                network, Fisher.exact(), bad.stream().map(Row::withoutLabel).toList());
        assertThat(unlabelled.firstNonFinite()).contains("layer layer0: activation_covariance");
    }

    @Test
    void plansOrderTheirKindsAndRefuseBlocksWithoutRows() {
        StatisticsPlan plan = StatisticsPlan.of(
                Fisher.exact(), StatisticKind.DIAGONAL, StatisticKind.KRONECKER, StatisticKind.DIAGONAL);
        assertThat(plan.kinds()).containsExactly(StatisticKind.KRONECKER, StatisticKind.DIAGONAL);
        assertThatThrownBy(() -> new StatisticsPlan(KINDS, Fisher.exact(), Precision.DOUBLE, 0))
                .isInstanceOf(UserException.class)
                .hasMessage("block rows: must be at least 1, not 0");
    }
}
