package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.Schedule;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** A long training takes no more of the driver than a short one. */
final class LongTrainingIT {
    private static final int STEPS = 500;
    private static final int FIRST = 100;
    private static final int INPUTS = 200;

    /** What is there at some moment. */
    private record Footprint(long heap, int broadcasts, int persisted) {
        static Footprint of(SparkContext context) {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < 4; i++) {
                collectGarbage();
                Runtime runtime = Runtime.getRuntime();
                heap = Math.min(heap, runtime.totalMemory() - runtime.freeMemory());
            }
            int broadcasts = CollectionConverters.asJava(
                            SparkEnv.get().blockManager().getMatchingBlockIds(new IsBroadcast()))
                    .size();
            return new Footprint(heap, broadcasts, context.getPersistentRDDs().size());
        }

        private static void collectGarbage() {
            WeakReference<Object> garbage = new WeakReference<>(new Object());
            for (int i = 0; i < 50 && garbage.get() != null; i++) {
                System.gc();
                pause();
            }
            pause();
        }

        private static void pause() {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class IsBroadcast extends AbstractFunction1<BlockId, Object> {
        @Override
        public Object apply(BlockId id) {
            return id.isBroadcast();
        }
    }

    @Test
    void heapBroadcastsAndPersistedRowsStayAsTheyAre() {
        Cases cases = Cases.one();
        // 60,000 parameters: half a MiB of weights and of factors for each step that would stay.
        Network network = cases.chain("softmax", "tanh", INPUTS, INPUTS, 100, 3);
        StepSamples samples = new StepSamples(
                Samples.random(cases, "softmax", 64).stream()
                        .map(row -> new Samples(cases.normals(INPUTS), row.y(), row.weight(), row.id()))
                        .toList(),
                4);
        OptimiserSettings optimiser = new CurvatureSettings(
                Method.FACTORED,
                Schedule.constant(0.01),
                0.7,
                Damping.absolute(0.1),
                0.01,
                new Averaging(Fisher.monteCarlo(1, 3), 0.5, 1, 0.9, 50));
        TrainingSettings settings =
                TrainingSettings.of(optimiser, Stopping.afterSteps(STEPS)).withBatch(new BatchSettings(32, 0, 4));
        List<Footprint> footprints = new ArrayList<>();
        // As kfac train sets them: Spark's own account of a thousand jobs is not what is measured.
        Map<String, String> shortMemory = Map.of(
                "spark.ui.retainedJobs", "50", "spark.ui.retainedStages", "50", "spark.ui.retainedTasks", "1000");
        LocalSpark.with("local[2]", shortMemory, session -> {
            try (SparkPass pass = SparkPass.open(
                    samples.dataset(session), samples.options(Precision.DOUBLE), network, StorageLevel.MEMORY_ONLY())) {
                Trainer.of(network, pass, settings)
                        .withMetrics(new Metrics() {
                            @Override
                            public void add(StepRecord step) {
                                if (step.step() == FIRST || step.step() == STEPS) {
                                    footprints.add(Footprint.of(session.sparkContext()));
                                }
                            }

                            @Override
                            public long position() {
                                return 0;
                            }
                        })
                        .train();
            }
            return null;
        });
        Footprint early = footprints.get(0);
        Footprint late = footprints.get(1);
        System.getLogger("LongTrainingIT").log(System.Logger.Level.INFO, early + ", then " + late);
        assertThat(late.broadcasts())
                .isLessThanOrEqualTo(early.broadcasts() + 2)
                .isLessThan(10);
        assertThat(late.persisted()).isEqualTo(early.persisted()).isEqualTo(1);
        // One step's weights are half a MiB; 400 of them would be 200 MiB.
        assertThat(late.heap() - early.heap()).isLessThan(10L << 20);
    }
}
