package org.sparkkfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdamSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** The trainings that params make, with every number in place. */
final class ParamValuesTest {
    private static final long ROWS = 8_000;

    private static TrainingSettings of(KfacClassifier stage) {
        return TrainingSettings.of(new ParamValues(stage, ROWS));
    }

    private static TrainingSettings training(OptimiserSettings optimiser, double iterateDecay) {
        return TrainingSettings.of(optimiser, Stopping.afterSteps(100))
                .with(new Regularisation(1e-5, false), iterateDecay);
    }

    private static Averaging averaging(double share, long seed) {
        return new Averaging(Fisher.monteCarlo(1, seed), share, 1, 0.95, 20);
    }

    private static OptimiserSettings curvature(Method method, double rate) {
        return new CurvatureSettings(
                method, Schedule.constant(rate), 0.9, Damping.absolute(0.01), 1, averaging(0.25, 0));
    }

    @Test
    void theDefaultsAreAdaptiveStepsFromAllRows() {
        assertThat(of(new KfacClassifier()))
                .isEqualTo(training(new AdaptiveSettings(0.1, 5, 20, 0.25, averaging(0.25, 0)), 0.99));
    }

    @Test
    void everyOptimiserHasTheDefaultsOfEstimators() {
        assertThat(of(new KfacClassifier().setMode("fixed"))).isEqualTo(training(curvature(Method.EIGEN, 0.3), 0));
        assertThat(of(new KfacClassifier().setOptimizer("ekfac")))
                .isEqualTo(training(curvature(Method.EIGEN_CORRECTED, 0.3), 0));
        assertThat(of(new KfacClassifier().setOptimizer("natural-gradient")))
                .isEqualTo(training(curvature(Method.EXACT, 0.3), 0));
        assertThat(of(new KfacClassifier().setOptimizer("diagonal")))
                .isEqualTo(training(curvature(Method.DIAGONAL, 0.01), 0));
        assertThat(of(new KfacClassifier().setOptimizer("sgd")))
                .isEqualTo(training(new SgdSettings(Schedule.constant(0.1), 0.9), 0));
        assertThat(of(new KfacClassifier().setOptimizer("adam")))
                .isEqualTo(training(AdamSettings.of(Schedule.constant(0.01)), 0));
    }

    @Test
    void whatIsSetIsTaken() {
        KfacClassifier stage = new KfacClassifier()
                .setDamping(2)
                .setBatchSize(1_000)
                .setMaxIter(7)
                .setRegParam(0)
                .setSeed(3);
        assertThat(of(stage))
                .isEqualTo(
                        TrainingSettings.of(new AdaptiveSettings(2, 5, 20, 1, averaging(1, 3)), Stopping.afterSteps(7))
                                .with(Regularisation.NONE, 0.99)
                                .withBatch(BatchSettings.of(1_000))
                                .withSeed(3));
        assertThat(of(new KfacClassifier().setOptimizer("sgd").setStepSize(0.2).setMomentum(0.5))
                        .optimiser())
                .isEqualTo(new SgdSettings(Schedule.constant(0.2), 0.5));
    }
}
