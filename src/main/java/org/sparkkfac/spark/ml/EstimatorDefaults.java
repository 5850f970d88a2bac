package org.sparkkfac.spark.ml;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.ml.util.Identifiable$;
import org.sparkkfac.Setting;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.CurvatureSettings.Inverse;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.OptimiserType.Mode;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.Schedule;

/**
 * Where defaults of estimators differ from those of the settings, which {@code kfac train} has, and why: an estimator takes
 * its steps from all rows, as the other estimators of Spark ML do, and makes few of them; {@code kfac train} makes many
 * from small batches. Steps without noise can be longer and need no average of the parameters, and K-FAC can choose their
 * length and damping itself.
 */
final class EstimatorDefaults {
    /** Statistics of an eighth of the rows are enough if these are at least as many as this. */
    private static final double STATISTICS_ROWS = 2_000;

    private static final double STATISTICS_SHARE = 0.125;

    private static final Map<String, Double> RATES = Map.of("diagonal", 0.01, "adam", 0.01);
    private static final double FIXED_DAMPING = 0.01;
    private static final double ADAPTIVE_DAMPING = 0.1;

    private EstimatorDefaults() {}

    /** Sets the defaults of the params; step size and damping have none, since good ones depend on the optimiser. */
    static void set(KfacParams stage) {
        stage.setDefault(stage.layers(), new int[] {64});
        stage.setDefault(stage.activation(), "tanh");
        stage.setDefault(stage.optimizer(), Optimisers.OPTIMISER.standard().orElseThrow());
        stage.setDefault(stage.mode(), Mode.ADAPTIVE.toString());
        stage.setDefault(stage.maxIter(), 100);
        stage.setDefault(stage.momentum(), 0.9);
        stage.setDefault(stage.regParam(), 1e-5);
        stage.setDefault(stage.tol(), 1e-6);
        stage.setDefault(stage.batchSize(), 0L);
        stage.setDefault(stage.blockSize(), 1024);
        stage.setDefault(stage.seed(), 0L);
    }

    /**
     * Values of settings that have no param, or whose param is not set.
     *
     * @param rows of a step
     */
    static Map<Setting<?>, Optional<?>> of(OptimiserType type, long rows) {
        boolean isAdaptive = type.mode() == Mode.ADAPTIVE;
        double share = Math.max(STATISTICS_SHARE, Math.min(1, STATISTICS_ROWS / (double) rows));
        double products = AdaptiveSettings.PRODUCTS_FRACTION.standard().orElseThrow();
        Map<Setting<?>, Optional<?>> values = new HashMap<>();
        values.put(Schedule.RATE, rate(type));
        values.put(CommonSettings.DAMPING, Optional.of(isAdaptive ? ADAPTIVE_DAMPING : FIXED_DAMPING));
        values.put(CurvatureSettings.INVERSE, Optional.of(Inverse.EIGEN));
        values.put(CurvatureSettings.CLIP, Optional.of(1.0));
        values.put(Averaging.FRACTION, Optional.of(share));
        values.put(Averaging.INVERSION_PERIOD, Optional.of(20L));
        values.put(AdaptiveSettings.PRODUCTS_FRACTION, Optional.of(Math.max(share, products)));
        values.put(CommonSettings.BATCH_FULL_AT, Optional.of(0L));
        if (!isAdaptive) {
            values.put(CommonSettings.ITERATE_DECAY, Optional.of(0.0));
        }
        values.put(BatchSettings.ROWS, Optional.empty());
        values.put(Stopping.EPOCHS, Optional.empty());
        values.put(TrainingSettings.CHECKPOINT_PERIOD, Optional.of(Long.MAX_VALUE));
        return values;
    }

    private static Optional<Double> rate(OptimiserType type) {
        Double own = RATES.get(type.name());
        return own != null ? Optional.of(own) : type.under(Setting::standard).find(Schedule.RATE);
    }

    /** The learning rates that hold where none is set. */
    static String rates() {
        return Optimisers.types().stream()
                .filter(type -> type.mode() == Mode.FIXED)
                .map(type -> rate(type).orElseThrow() + " of " + type.name())
                .collect(Collectors.joining(", "));
    }

    /** The dampings that hold where none is set. */
    static String dampings() {
        return "not set: " + FIXED_DAMPING + "; of kfac, adaptive, the first one λ₀, not set: " + ADAPTIVE_DAMPING;
    }

    static String newUid(String prefix) {
        return Identifiable$.MODULE$.randomUID(prefix);
    }
}
