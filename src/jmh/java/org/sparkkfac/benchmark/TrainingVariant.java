package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.train.optimiser.AdamSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;

/**
 * A way to train. What is not in its name is as {@code kfac train} has it by default.
 *
 * @param iterateDecay ξ of the average of the iterates
 */
record TrainingVariant(
        String name,
        OptimiserSettings optimiser,
        BatchSettings batch,
        Regularisation regularisation,
        double iterateDecay) {
    private static final double KFAC_RATE = 0.3;
    private static final double ADAM_RATE = 0.001;
    private static final double SGD_RATE = 0.1;
    private static final long BATCH = 1_000;
    private static final double PERTURBATION_DAMPING = 1e-3;

    /** Fixed steps, by A ⊗ G. */
    static TrainingVariant kfac(double rate, long batch) {
        return curvature("kfac", Method.FACTORED, rate, batch);
    }

    /** Fixed steps, by the eigenbasis of A ⊗ G with corrected eigenvalues. */
    static TrainingVariant ekfac(double rate, long batch) {
        return curvature("ekfac", Method.EIGEN_CORRECTED, rate, batch);
    }

    private static TrainingVariant curvature(String name, Method method, double rate, long batch) {
        Averaging averaging = new Averaging(Fisher.monteCarlo(1, 0), 0.25, 1, 0.95, 5);
        OptimiserSettings optimiser =
                new CurvatureSettings(method, Schedule.constant(rate), 0.7, Damping.absolute(0.001), 0.1, averaging);
        return new TrainingVariant(named(name, rate, batch), optimiser, BatchSettings.of(batch), Regularisation.NONE, 0.9);
    }

    /** Steps that choose themselves. */
    static TrainingVariant adaptive(double damping, BatchSettings batch) {
        AdaptiveSettings standard = AdaptiveSettings.standard(0);
        OptimiserSettings optimiser = new AdaptiveSettings(
                damping,
                standard.dampingPeriod(),
                standard.gammaPeriod(),
                standard.productsFraction(),
                standard.averaging());
        String name = "kfac adaptive λ " + (damping == 0 ? "searched" : damping)
                + (batch.fullAt() == 0 ? " all rows" : " batch from " + batch.rows());
        return new TrainingVariant(name, optimiser, batch, new Regularisation(1e-5, false), 0.99);
    }

    /** The defaults of {@code train.mode = "adaptive"}. */
    static TrainingVariant adaptive() {
        return adaptive(150, new BatchSettings(BATCH, 500, 256));
    }

    static TrainingVariant adam(double rate, long batch) {
        OptimiserSettings optimiser = AdamSettings.of(Schedule.constant(rate));
        return new TrainingVariant(named("adam", rate, batch), optimiser, BatchSettings.of(batch), Regularisation.NONE, 0);
    }

    static TrainingVariant sgd(double rate, long batch) {
        OptimiserSettings optimiser = new SgdSettings(Schedule.constant(rate), 0.9);
        return new TrainingVariant(named("sgd", rate, batch), optimiser, BatchSettings.of(batch), Regularisation.NONE, 0);
    }

    private static String named(String name, double rate, long batch) {
        return name + " rate " + rate + " batch " + batch;
    }

    /** With the gradient of a point perturbed along the covariance of gradients. */
    TrainingVariant perturbed() {
        return new TrainingVariant(
                name + " perturbed",
                PerturbationSettings.around(optimiser, Damping.absolute(PERTURBATION_DAMPING)),
                batch,
                regularisation,
                iterateDecay);
    }

    TrainingSettings settings(Stopping stopping, long stepsBetweenLooks, long seed) {
        return TrainingSettings.of(optimiser, stopping)
                .withBatch(batch)
                .with(regularisation, iterateDecay)
                .withPeriods(stepsBetweenLooks, Long.MAX_VALUE)
                .withSeed(seed);
    }

    /** For each optimiser eight ways, of which the first is the default. */
    static List<List<TrainingVariant>> grids() {
        return List.of(
                ofRates(TrainingVariant::kfac, KFAC_RATE, 0.1, 0.5, 1),
                ofRates(TrainingVariant::ekfac, KFAC_RATE, 0.1, 0.5, 1),
                adaptives(150, 0, 1, 0.1),
                ofRates(TrainingVariant::adam, ADAM_RATE, 0.003, 0.01, 0.03),
                ofRates(TrainingVariant::sgd, SGD_RATE, 0.03, 0.3, 1));
    }

    private interface OfRate {
        TrainingVariant of(double rate, long batch);
    }

    private static List<TrainingVariant> ofRates(OfRate make, double... rates) {
        return ofValues(rate -> List.of(make.of(rate, BATCH), make.of(rate, 2 * BATCH)), rates);
    }

    private static List<TrainingVariant> adaptives(double... dampings) {
        BatchSettings growing = new BatchSettings(BATCH, 500, 256);
        return ofValues(
                damping -> List.of(adaptive(damping, growing), adaptive(damping, BatchSettings.full())), dampings);
    }

    private static List<TrainingVariant> ofValues(DoubleFunction<List<TrainingVariant>> make, double... values) {
        List<TrainingVariant> ways = new ArrayList<>();
        for (double value : values) {
            ways.addAll(make.apply(value));
        }
        return ways;
    }
}
