package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.stats.StatisticKind;

/** Which way states come together, and what is refused before the job. */
final class PassCostTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final List<LayerShape> LAYERS = List.of(new LayerShape("wide", 99, 10, true));

    private static PassCost cost(int groups, long stateBytes, MemoryLimits limits) {
        return new PassCost(
                List.of(StatisticKind.KRONECKER), LAYERS, groups, PassCost.Sizes.of(stateBytes, MIB), limits);
    }

    private static MemoryLimits cluster(long resultBytes, long driverHeap, long executorHeap, int tasks) {
        return new MemoryLimits(resultBytes, driverHeap, executorHeap, tasks, false);
    }

    private static final MemoryLimits ROOMY = cluster(GIB, 1L << 40, 1L << 40, 2);

    @Test
    void smallStatesAreResultsAndLargeOnesAreShuffled() {
        assertThat(cost(32, 30 * MIB, ROOMY).shuffles()).isFalse();
        assertThat(cost(32, 100 * MIB, ROOMY).shuffles()).isTrue();
        assertThat(cost(10, 100 * MIB, ROOMY).shuffles()).isFalse();
        assertThat(cost(1, 1100 * MIB, ROOMY).shuffles()).isTrue();
        assertThat(cost(1, 3 * GIB, cluster(0, 1L << 40, 1L << 40, 1)).shuffles())
                .isTrue();
        assertThat(cost(32, 30 * MIB, cluster(0, GIB, 1L << 40, 2)).shuffles())
                .isTrue(); // the driver cannot hold 33 states, but it can hold one
        assertThat(cost(32, 30 * MIB, cluster(0, GIB, 1L << 40, 2)).problem()).isEmpty();
    }

    @Test
    void nothingGrowsWithTheGroupsButTheShuffle() {
        PassCost few = cost(4, 600 * MIB, ROOMY);
        PassCost many = cost(400, 600 * MIB, ROOMY);
        assertThat(many.driverBytes()).isEqualTo(few.driverBytes());
        assertThat(many.executorBytes()).isEqualTo(few.executorBytes());
        assertThat(many.resultBytes()).isEqualTo(few.resultBytes()).isLessThanOrEqualTo(GIB / 2);
        assertThat(many.shuffleBytes()).isEqualTo(100 * few.shuffleBytes());
    }

    @Test
    void tasksOfTheDriversOwnProcessTakeItsHeap() {
        MemoryLimits local = new MemoryLimits(GIB, 16 * GIB, 16 * GIB, 2, true);
        PassCost apart = cost(4, 2 * GIB, cluster(GIB, 16 * GIB, 16 * GIB, 2));
        PassCost together = cost(4, 2 * GIB, local);
        assertThat(together.driverBytes() - apart.driverBytes()).isEqualTo(2 * (2 * GIB + MIB));
        assertThat(together.executorBytes()).isEqualTo(together.driverBytes());
        assertThat(cost(1, 2 * GIB, local).driverBytes()).isLessThan(together.driverBytes());
    }

    @Test
    void aStateThatIsTheResultOfATaskIsThereFourTimes() {
        PassCost apart = cost(2, 68 * MIB, cluster(GIB, 16 * GIB, 16 * GIB, 2));
        PassCost together = cost(2, 68 * MIB, new MemoryLimits(GIB, 16 * GIB, 16 * GIB, 2, true));
        assertThat(together.shuffles()).isFalse();
        assertThat(together.driverBytes() - apart.driverBytes()).isEqualTo(2 * (4 * 68 * MIB + MIB));
        PassCost tight = cost(2, 68 * MIB, new MemoryLimits(GIB, 800 * MIB, 800 * MIB, 2, true));
        assertThat(tight.shuffles()).isTrue();
        assertThat(tight.problem()).isEmpty();
    }

    private static String problem(int groups, long stateBytes, MemoryLimits limits) {
        return cost(groups, stateBytes, limits).problem().orElse("");
    }

    @Test
    void whatCannotFitIsRefusedWithWhatWould() {
        String kronecker = ": kronecker of 1,000 parameters takes 78 KiB; choose diagonal, or ";
        assertThat(problem(32, 100 * MIB, cluster(100, 16 * GIB, 16 * GIB, 2)))
                .isEqualTo("32 groups of 100 MiB exceed spark.driver.maxResultSize = 0 KiB" + kronecker
                        + "raise that setting to 32 MiB or more");
        assertThat(problem(4, 2 * GIB, cluster(GIB, GIB, 16 * GIB, 2)))
                .startsWith("the driver must hold ")
                .endsWith(" MiB, of which one state takes 2,048 MiB, but its heap is 1,024 MiB" + kronecker
                        + "give the driver more memory");
        assertThat(problem(4, 2 * GIB, cluster(GIB, 16 * GIB, 3 * GIB, 2)))
                .isEqualTo(
                        "an executor must hold 4,226 MiB for 2 task(s) at once, of which one state takes 2,048 MiB, but"
                                + " its heap is 3,072 MiB" + kronecker
                                + "raise spark.executor.memory or lower spark.executor.cores");
        assertThat(problem(4, 2 * GIB, cluster(GIB, 16 * GIB, 3 * GIB, 1))).isEmpty();
        assertThat(problem(4, 2 * GIB, new MemoryLimits(GIB, 6 * GIB, 6 * GIB, 2, true)))
                .endsWith("run fewer tasks at once, as the master local[1] does, or give the driver more memory");
    }

    @Test
    void limitsAreThoseOfTheSettings() {
        SparkConf conf = new SparkConf(false).setMaster("local[4]");
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(MemoryLimits.of(conf, 4)).isEqualTo(new MemoryLimits(GIB, heap, heap, 4, true));
        conf.setMaster("local-cluster[2,3,512]").set("spark.driver.maxResultSize", "2g");
        assertThat(MemoryLimits.of(conf, 6)).isEqualTo(cluster(2 * GIB, heap, 512 * MIB, 3));
        conf.setMaster("yarn").set("spark.executor.memory", "6g").set("spark.executor.cores", "4");
        conf.set("spark.task.cpus", "2");
        long java = 256 * MIB;
        long tenth = 6 * GIB / 10;
        assertThat(MemoryLimits.of(conf, 8))
                .isEqualTo(new MemoryLimits(2 * GIB, heap, 6 * GIB, 2, false, Long.MAX_VALUE, tenth - java));
        conf.set("spark.submit.deployMode", "cluster").set("spark.driver.memoryOverhead", "3g");
        conf.set("spark.executor.memoryOverheadFactor", "0.01");
        assertThat(MemoryLimits.of(conf, 8))
                .isEqualTo(new MemoryLimits(2 * GIB, heap, 6 * GIB, 2, false, 3 * GIB - java, 384 * MIB - java));
    }
}
