package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** Training through Spark: as many jobs as were meant, and the same bits as without Spark. */
final class TrainJobsTest {
    private static final int STEPS = 12;
    private static final Averaging AVERAGING = new Averaging(Fisher.monteCarlo(1, 3), 0.5, 1, 0.9, 4);

    /** The figures of the steps, and what came of them. */
    private record Trained(TrainingResult result, List<StepRecord> steps, int jobs) {}

    private static Trained train(OptimiserSettings optimiser) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        StepSamples samples = StepSamples.random(cases, "softmax", 83, 5);
        TrainingSettings settings =
                TrainingSettings.of(optimiser, Stopping.afterSteps(STEPS)).withBatch(new BatchSettings(40, 0, 5));
        List<StepRecord> steps = new ArrayList<>();
        JobCount count = new JobCount();
        try (SparkPass pass = SparkPass.open(
                samples.dataset(LocalSpark.shared()),
                samples.options(Precision.DOUBLE),
                network,
                StorageLevel.MEMORY_AND_DISK())) {
            TrainingResult result = count.during(
                    LocalSpark.shared().sparkContext(),
                    () -> Trainer.of(network, pass, settings)
                            .withMetrics(keeping(steps))
                            .train());
            TrainingResult local = Trainer.of(network, samples.local(network, Precision.DOUBLE), settings)
                    .train();
            for (int l = 0; l < network.layers().size(); l++) {
                assertThat(result.state().weights().block(l).toArray())
                        .isEqualTo(local.state().weights().block(l).toArray());
            }
            return new Trained(result, steps, count.jobs() - 1); // the last job is the loss of the model at the end
        }
    }

    private static Metrics keeping(List<StepRecord> steps) {
        return new Metrics() {
            @Override
            public void add(StepRecord step) {
                steps.add(step);
            }

            @Override
            public long position() {
                return 0;
            }
        };
    }

    private static OptimiserSettings fixed(Method method) {
        return new CurvatureSettings(
                method, Schedule.constant(0.1), 0.7, Damping.absolute(0.1), Double.POSITIVE_INFINITY, AVERAGING);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aFixedStepIsOneJob(Method method) {
        assertThat(train(fixed(method)).jobs()).isEqualTo(STEPS);
    }

    @Test
    void anAdaptiveStepIsTwoJobsAndThreeWhereTheRatioIsMeasured() {
        Trained trained = train(new AdaptiveSettings(1, 5, 4, 0.5, AVERAGING));
        assertThat(trained.steps())
                .hasSize(STEPS)
                .allSatisfy(step -> assertThat(step.cost().jobs()).isEqualTo(step.step() % 5 == 0 ? 3 : 2));
        int ofSteps =
                trained.steps().stream().mapToInt(step -> step.cost().jobs()).sum();
        assertThat(trained.jobs()).as("one asks the rows of the last step").isEqualTo(ofSteps + 1);
    }

    @Test
    void aPerturbedStepIsThreeJobs() {
        OptimiserSettings base = new SgdSettings(Schedule.constant(0.1), 0.5);
        assertThat(train(PerturbationSettings.around(base, Damping.absolute(0.1)))
                        .jobs())
                .isEqualTo(3 * STEPS);
    }
}
