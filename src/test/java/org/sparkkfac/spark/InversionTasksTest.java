package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.precondition.SingularBlockException;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.plan.InversionRoom;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.Statistic;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

final class InversionTasksTest {
    private static final InversionRoom NO_ROOM = new InversionRoom(-1, -1);

    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");
    private static final DampingRule DAMPING =
            DampingRule.of(Damping.relative(0.1)).withLayer("out*", Damping.absolute(0.3));

    private static StatisticsState statistics;

    /** All kinds, of fifty random rows. */
    @BeforeAll
    static void collect() {
        StatisticsPlan plan = StatisticsPlan.of(Fisher.exact(), Samples.KINDS);
        List<Samples> rows = Samples.random(Cases.one(), "softmax", 50);
        StatisticsState first = Samples.local(NETWORK, plan, rows);
        StatisticsState second = Samples.localCorrections(NETWORK, plan, EigenBasis.of(first), rows);
        Map<StatisticKind, List<Statistic>> all = new EnumMap<>(StatisticKind.class);
        first.kinds().forEach(kind -> all.put(kind, first.statistics(kind)));
        second.kinds().forEach(kind -> all.put(kind, second.statistics(kind)));
        statistics = StatisticsState.restored(
                first.layers(), all, Optional.empty(), first.rows(), first.totalWeight(), first.lossSum());
    }

    private static InversionTasks beyond(InversionRoom room) {
        SparkSession session = LocalSpark.shared();
        return InversionTasks.beyond(room, session, Blas.Choice.BUNDLED);
    }

    private static FisherBlocks blocks(Method method) {
        return FisherBlocks.of(statistics, method.structure());
    }

    private static DampingRule damping(Method method) {
        return method == Method.FULL ? DampingRule.of(Damping.absolute(0.3)) : DAMPING;
    }

    private static byte[] bytes(Preconditioner preconditioner) {
        return ObjectBytes.encode(preconditioner.layers().stream()
                .map(layer -> layer.damping()
                        + layer.tensors().entrySet().stream()
                                .map(tensor -> tensor.getKey()
                                        + Arrays.toString(
                                                tensor.getValue().toDense(1).toArray()))
                                .toList()
                                .toString())
                .toList()
                .toString())[0];
    }

    @ParameterizedTest
    @EnumSource
    void aTaskMakesTheSameInverseToTheBit(Method method) {
        Preconditioner here = Inversion.HERE.invert(blocks(method), method, damping(method), 1);
        Preconditioner tasks = beyond(NO_ROOM).invert(blocks(method), method, damping(method), 1);
        assertThat(tasks.method()).isEqualTo(method);
        assertThat(tasks.shapes()).isEqualTo(here.shapes());
        assertThat(bytes(tasks)).isEqualTo(bytes(here));
        Preconditioner other =
                beyond(NO_ROOM).invert(blocks(method), method, DampingRule.of(Damping.absolute(0.31)), 1);
        assertThat(bytes(other)).isNotEqualTo(bytes(here));
    }

    @Test
    void onlyTheBlocksThatTheDriverHasNoRoomForBecomeTasks() {
        List<LayerShape> layers = NETWORK.layers();
        long smaller = InversionCost.of(Method.EIGEN, layers.get(1)).workingBytes();
        assertThat(InversionCost.of(Method.EIGEN, layers.get(0)).workingBytes()).isGreaterThan(smaller);
        assertThat(tasks(heap(smaller))).isEqualTo(tasksOf(1));
        assertThat(tasks(heap(smaller - 1))).isEqualTo(tasksOf(2));
        assertThat(tasks(InversionRoom.ENOUGH)).isZero();
        Preconditioner mixed = beyond(heap(smaller)).invert(blocks(Method.EIGEN), Method.EIGEN, DAMPING, 1);
        assertThat(bytes(mixed))
                .isEqualTo(bytes(Inversion.HERE.invert(blocks(Method.EIGEN), Method.EIGEN, DAMPING, 1)));
    }

    private static InversionRoom heap(long bytes) {
        return new InversionRoom(bytes, Long.MAX_VALUE);
    }

    private static int tasks(InversionRoom room) {
        JobCount count = new JobCount();
        count.during(
                LocalSpark.shared().sparkContext(),
                () -> beyond(room).invert(blocks(Method.EIGEN), Method.EIGEN, DAMPING, 1));
        return count.tasks();
    }

    /** A small block is one piece, which one task passes on, one inverts and one hands over. */
    private static int tasksOf(int blocks) {
        return 3 * blocks;
    }

    @Test
    void aSingularBlockIsToldAsByTheDriverAndOnce() {
        DampingRule none = DampingRule.of(Damping.absolute(0));
        String message = message(() -> Inversion.HERE.invert(blocks(Method.EXACT), Method.EXACT, none, 1));
        assertThat(message).startsWith("layer output: the block is singular with damping 0.00");
        JobCount count = new JobCount();
        count.during(
                LocalSpark.shared().sparkContext(),
                () -> assertThat(message(() -> beyond(NO_ROOM).invert(blocks(Method.EXACT), Method.EXACT, none, 1)))
                        .isEqualTo(message));
        assertThat(count.tasks()).isEqualTo(tasksOf(2)); // hidden is not singular
    }

    private static String message(Runnable inversion) {
        try {
            inversion.run();
        } catch (NumericalException e) {
            assertThat(e).isInstanceOf(SingularBlockException.class);
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("nothing was singular");
    }

    @Test
    void aNameThatFitsNoLayerIsRefusedBeforeAnyTask() {
        DampingRule wrong = DampingRule.of(Damping.absolute(1)).withLayer("hiden", Damping.absolute(2));
        assertThatThrownBy(() -> beyond(NO_ROOM).invert(blocks(Method.EIGEN), Method.EIGEN, wrong, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("hiden");
    }
}
