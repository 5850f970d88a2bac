package org.sparkkfac.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.PackedSymmetric;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.AdamSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** What a training takes on the driver, and what is refused before it starts. */
final class TrainingCostTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final Network NETWORK = network(999, 500);
    private static final KeptRows NO_ROWS = new KeptRows(0, 8, 1, GIB);

    private static Network network(int inputs, int outputs) {
        return Network.of(
                inputs,
                List.of(new NodeSpec("wide", "dense", List.of(), Map.of("units", outputs))),
                Likelihoods.create("softmax", Map.of()));
    }

    private static final MemoryLimits ROOMY = new MemoryLimits(GIB, 16 * GIB, 16 * GIB, 2, false);

    private static OptimiserSettings curvature(Method method) {
        return new CurvatureSettings(
                method,
                Schedule.constant(0.1),
                0.9,
                Damping.absolute(1e-3),
                1,
                new Averaging(Fisher.monteCarlo(1, 0), 0.25, 1, 0.95, 5));
    }

    private static TrainingCost cost(OptimiserSettings optimiser, KeptRows kept, long heap, boolean local) {
        return cost(NETWORK, optimiser, kept, new MemoryLimits(GIB, heap, heap, 2, local));
    }

    private static TrainingCost cost(Network network, OptimiserSettings optimiser, KeptRows kept, MemoryLimits limits) {
        return cost(network, TrainingSettings.of(optimiser, Stopping.afterSteps(10)), kept, limits);
    }

    private static TrainingCost cost(Network network, TrainingSettings settings, KeptRows kept, MemoryLimits limits) {
        return TrainingCost.of(
                settings,
                StatisticsPlan.of(Fisher.monteCarlo(1, 0), StatisticKind.KRONECKER),
                network,
                4,
                kept,
                limits);
    }

    @Test
    void theDriverHoldsParametersAveragesAndInverses() {
        TrainingCost cost = cost(curvature(Method.FACTORED), NO_ROWS, 16 * GIB, false);
        TrainingCost.Driver driver = cost.driver();
        long vector = 8L * 500 * 1000;
        long factors = PackedSymmetric.bytes(1000) + PackedSymmetric.bytes(500);
        long inverse = 8L * (1000 * 1000 + 500 * 500);
        assertThat(driver.averages()).isEqualTo(factors + vector); // sums of gradients are not collected but there
        assertThat(driver.inverses()).isEqualTo(inverse);
        assertThat(driver.candidates()).isEqualTo(inverse);
        assertThat(cost.inversion().tasks()).isEmpty();
        assertThat(cost.inversion().driver().heap()).isEqualTo(inverse); // the factors with all their entries
        assertThat(cost.inversion().driver().outside()).isEqualTo(8L * 1000 * 1000);
        assertThat(driver.checkpoint()).isEqualTo(3 * vector + driver.averages() + inverse);
        assertThat(driver.held()).isEqualTo(8 * vector + driver.averages() + inverse);
    }

    @Test
    void optimisersDifferInWhatTheyHold() {
        long sgd = held(new SgdSettings(Schedule.constant(0.1), 0.9));
        long adam = held(AdamSettings.of(Schedule.constant(0.1)));
        assertThat(adam - sgd).isEqualTo(8L * 500 * 1000);
        assertThat(held(curvature(Method.DIAGONAL))).isBetween(adam, held(curvature(Method.FACTORED)));
        OptimiserSettings eigen = curvature(Method.EIGEN);
        assertThat(held(curvature(Method.FACTORED))).isLessThan(held(eigen));
        assertThat(held(PerturbationSettings.around(eigen, Damping.absolute(1e-3))))
                .isGreaterThan(held(eigen));
        TrainingCost adaptive = cost(AdaptiveSettings.standard(0), NO_ROWS, 16 * GIB, false);
        assertThat(adaptive.driver().candidates())
                .isEqualTo(3 * adaptive.driver().inverses());
        // θ of three times, the step before; gradient, direction, move, where it leads; a quarter of it, and two
        // trials.
        assertThat(adaptive.driver().vectors()).isEqualTo((3 + 1 + 4 + 3) * 8L * 500 * 1000);
    }

    private static long held(OptimiserSettings optimiser) {
        return cost(optimiser, NO_ROWS, 16 * GIB, false).held();
    }

    @Test
    void basesAreSentWhereCorrectionsAreMeasured() {
        long plain = message(Method.EIGEN);
        assertThat(plain).isEqualTo(8L * 500 * 1000);
        assertThat(message(Method.EIGEN_CORRECTED)).isEqualTo(plain + 8L * (1000 * 1000 + 500 * 500));
    }

    private static long message(Method method) {
        return cost(curvature(method), NO_ROWS, 16 * GIB, false)
                .largest()
                .sizes()
                .message();
    }

    @Test
    void keptRowsTakeMemoryAsFarAsSparkGivesItAndThenDisks() {
        KeptRows rows = new KeptRows(1000, MIB, 2, 300 * MIB);
        assertThat(rows.inMemory()).isEqualTo(300 * MIB);
        assertThat(rows.onDisk()).isEqualTo(400 * MIB);
        TrainingCost with = cost(curvature(Method.FACTORED), rows, 16 * GIB, false);
        TrainingCost without = cost(curvature(Method.FACTORED), NO_ROWS, 16 * GIB, false);
        assertThat(with.executorBytes() - without.executorBytes()).isEqualTo(300 * MIB);
        assertThat(with.driverBytes()).isEqualTo(without.driverBytes());
        assertThat(cost(curvature(Method.FACTORED), rows, 16 * GIB, true).driverBytes()
                        - cost(curvature(Method.FACTORED), NO_ROWS, 16 * GIB, true)
                                .driverBytes())
                .isEqualTo(300 * MIB);
    }

    /** Tensors are written one by one. */
    @Test
    void aCheckpointMayBeLargerThanAnArray() {
        TrainingCost cost = cost(curvature(Method.EXACT), NO_ROWS, 1L << 50, false);
        assertThat(cost.driver().checkpoint()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(cost.problem().orElse("")).doesNotContain("checkpoint");
        assertThat(cost.phases()).containsOnlyKeys("collecting", "inverting");
    }

    @Test
    void aLayerForWhichTheDriverHasNoRoomIsInvertedByATask() {
        OptimiserSettings eigen = curvature(Method.EIGEN);
        long outside = 3L * 8 * 1000 * 1000; // dsyevd's matrix and two as work space
        TrainingCost here = cost(NETWORK, eigen, NO_ROWS, overheads(outside, 0));
        assertThat(here.inversion().tasks()).isEmpty();
        assertThat(here.inversion().driver().outside()).isEqualTo(outside);
        assertThat(here.problem()).isEmpty();
        TrainingCost there = cost(NETWORK, eigen, NO_ROWS, overheads(outside - 1, outside));
        assertThat(there.inversion().tasks()).containsExactly("wide");
        assertThat(there.inversion().driver().outside()).isZero();
        assertThat(there.inversion().task().outside()).isEqualTo(outside);
        long factors = PackedSymmetric.bytes(1000) + PackedSymmetric.bytes(500);
        assertThat(there.inversion().task().heap())
                .isEqualTo(factors + 2 * 8L * (1000 * 1000 + 500 * 500) + 2 * 8L * 500 * 1000);
        assertThat(there.problem()).isEmpty();
        assertThat(cost(NETWORK, eigen, NO_ROWS, overheads(outside - 1, outside - 1))
                        .problem()
                        .orElse(""))
                .startsWith("the driver has no room to invert layer wide, and for a task that does it an executor needs"
                        + " 22 MiB beside its heap but has about 22 MiB; ")
                .endsWith("or raise spark.executor.memoryOverhead");
    }

    @Test
    void theHeapOfTheDriverCountsToo() {
        OptimiserSettings exact = curvature(Method.EXACT);
        Network network = network(128, 80); // whose checkpoint is just below a power of two
        TrainingCost here = cost(network, exact, NO_ROWS, cluster(16 * GIB));
        long heap = here.driverBytes();
        assertThat(here.inversion().tasks()).isEmpty();
        assertThat(here.peak().getKey()).isEqualTo("inverting");
        TrainingCost there = cost(network, exact, NO_ROWS, cluster(heap - 1));
        assertThat(there.inversion().tasks()).containsExactly("wide");
        assertThat(there.driverBytes()).isLessThan(heap);
        assertThat(there.problem()).isEmpty();
        assertThat(cost(exact, NO_ROWS, heap - 1, true).inversion().tasks()).isEmpty();
    }

    private static MemoryLimits overheads(long driver, long executor) {
        return new MemoryLimits(GIB, 16 * GIB, 16 * GIB, 2, false, driver, executor);
    }

    private static MemoryLimits cluster(long driverHeap) {
        return new MemoryLimits(GIB, driverHeap, 1L << 40, 2, false);
    }

    @Test
    void whatCannotFitIsRefusedWithWhatWould() {
        TrainingCost roomy = cost(NETWORK, curvature(Method.FACTORED), NO_ROWS, cluster(16 * GIB));
        assertThat(roomy.problem()).isEmpty();
        assertThat(cost(NETWORK, curvature(Method.FACTORED), NO_ROWS, cluster(roomy.driverBytes()))
                        .problem())
                .isEmpty();
        assertThat(cost(NETWORK, curvature(Method.FACTORED), NO_ROWS, cluster(150 * MIB))
                        .problem()
                        .orElse(""))
                .startsWith("the driver must hold ")
                .contains("of which parameters take 30 MiB, averaged statistics ", "but its heap is 150 MiB; choose ")
                .contains("choose the optimiser diagonal, or give the driver more memory")
                .doesNotContain("KFAC_JAVA_OPTS");
        assertThat(cost(curvature(Method.FACTORED), NO_ROWS, 150 * MIB, true)
                        .problem()
                        .orElse(""))
                .endsWith("as KFAC_JAVA_OPTS=-Xmx1g does");
    }

    /** Four of five steps are checked by the next one, and none where that is of the same rows. */
    @Test
    void anAdaptiveStepIsCheckedForAPassForwardUnlessItIsOfAllRows() {
        double forward = 2.0 * 500 * 1000;
        AdaptiveSettings adaptive = AdaptiveSettings.standard(0);
        TrainingSettings all = TrainingSettings.of(adaptive, Stopping.afterSteps(10));
        TrainingWork some = new TrainingWork(all.withBatch(BatchSettings.of(300)), NETWORK, 1000, 0, 8);
        TrainingWork whole = new TrainingWork(all, NETWORK, 1000, 0, 8);
        assertThat(some.jobs()).isEqualTo(2.2);
        assertThat(whole.jobs()).isEqualTo(2.2);
        assertThat((some.flopOfRow() - whole.flopOfRow()) / forward).isCloseTo(0.8, Offset.offset(1e-9));
        PassCost.Sizes ofSome = cost(NETWORK, all.withBatch(BatchSettings.of(300)), NO_ROWS, ROOMY)
                .passes()
                .get(0)
                .sizes();
        PassCost.Sizes ofAll =
                cost(NETWORK, all, NO_ROWS, ROOMY).passes().get(0).sizes();
        assertThat(ofSome.message()).as("the parameters are sent twice").isEqualTo(2 * 8L * 500 * 1000);
        assertThat(ofAll.message()).isEqualTo(8L * 500 * 1000);
    }

    @Test
    void aTrialTakesTheValuesOfARangeOfRowsOnceMore() {
        StatisticsPlan plan = StatisticsPlan.of(Fisher.empirical(), StatisticKind.KRONECKER);
        RowSelection rows = new RowSelection(List.of(new RowRange(0, 0, 100)));
        Request gradient = Request.gradient(NETWORK, rows);
        Request tried = gradient.with(new Fit(rows, NETWORK.parameters()), new Fit(rows, NETWORK.parameters()));
        long without = gradient.blockBytes(NETWORK, plan.precision(), plan.blockRows());
        long with = tried.blockBytes(NETWORK, plan.precision(), plan.blockRows());
        assertThat(with - without).isEqualTo(2 * 100 * 8L * (500 + 1));
    }

    @Test
    void stepsAreThoseOfTheBatches() {
        TrainingSettings settings = TrainingSettings.of(
                        curvature(Method.FACTORED),
                        Stopping.afterSteps(Long.MAX_VALUE).withEpochs(3))
                .withBatch(new BatchSettings(300, 0, 100));
        TrainingWork work = new TrainingWork(settings, NETWORK, 1000, 0, 8);
        assertThat(work.length().steps()).isEqualTo(10);
        assertThat(work.tasks(300)).isEqualTo(3);
        assertThat(work.jobs()).isEqualTo(1);
        double column = 2.0 * 500 * 1000; // forward, and the gradient; nothing goes back through the first layer
        double factors = 1000 * 1001 + 500 * 501;
        assertThat(work.flopOfRow()).isEqualTo(2 * column + 0.25 * factors);
        assertThat(work.flopOfDriver()).isEqualTo((1e9 + 0.125e9) / 5);
        assertThat(work.seconds(new Throughput(50, 2))).containsOnlyKeys("start Spark", "read", "train");
        assertThat(LayerShape.bytes(NETWORK.layers())).isEqualTo(8L * 500 * 1000);
    }
}
