package org.sparkkfac.cli.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparkkfac.cli.config.TrainKeys.KfacInverse;
import org.sparkkfac.cli.config.TrainKeys.NaturalBlocks;
import org.sparkkfac.cli.config.TrainKeys.OptimiserName;
import org.sparkkfac.cli.config.TrainKeys.StepMode;
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
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** Makes of the section {@code train} what the training loop takes; defaults that depend on other keys are here. */
final class TrainReader {
    private static final double CURVATURE_RATE = 0.3;
    private static final double ADAM_RATE = 1e-3;
    private static final double SGD_RATE = 0.1;
    private static final double CURVATURE_MOMENTUM = 0.7;
    private static final double SGD_MOMENTUM = 0.9;
    private static final double FIXED_DAMPING = 1e-3;
    private static final double FIXED_FRACTION = 0.25;
    private static final long FIXED_INVERSION_PERIOD = 5;
    private static final double FIXED_ITERATE_MEMORY = 0.9;
    private static final double ADAPTIVE_DAMPING = 150;
    private static final double ADAPTIVE_FRACTION = 0.125;
    private static final long ADAPTIVE_INVERSION_PERIOD = 20;
    private static final long ADAPTIVE_FULL_AT = 500;
    private static final double ADAPTIVE_ITERATE_MEMORY = 0.99;
    private static final double ADAPTIVE_DECAY = 1e-5;

    private final ConfigSource source;
    private final Set<Key<?>> asked = new HashSet<>();
    private final Fisher fisher;
    private final OptimiserName optimiser;
    private final boolean isAdaptive;

    TrainReader(ConfigSource source, Fisher fisher) {
        this.source = source;
        this.fisher = fisher;
        this.optimiser = get(TrainKeys.OPTIMISER);
        this.isAdaptive = get(TrainKeys.MODE) == StepMode.ADAPTIVE;
        if (isAdaptive && optimiser != OptimiserName.KFAC) {
            throw source.refusal(
                    TrainKeys.MODE.path(),
                    "\"adaptive\" is for train.optimiser = \"kfac\" only; write \"fixed\", or another optimiser");
        }
    }

    TrainingSettings read() {
        return new TrainingSettings(
                isPerturbed() ? perturbation() : base(),
                new BatchSettings(
                        find(TrainKeys.BATCH_ROWS).orElse(Long.MAX_VALUE),
                        find(TrainKeys.BATCH_FULL_AT).orElse(isAdaptive ? ADAPTIVE_FULL_AT : 0),
                        Math.toIntExact(Math.min(Integer.MAX_VALUE, get(TrainKeys.BATCH_CHUNK_ROWS)))),
                new Regularisation(
                        find(TrainKeys.DECAY).orElse(isAdaptive ? ADAPTIVE_DECAY : 0), !get(TrainKeys.DECAY_BIASES)),
                find(TrainKeys.ITERATE_MEMORY).orElseGet(this::iterateMemory),
                stopping(),
                get(TrainKeys.VALIDATION_PERIOD),
                get(TrainKeys.CHECKPOINT_EVERY),
                get(TrainKeys.SEED));
    }

    private double iterateMemory() {
        return switch (optimiser) {
            case SGD, ADAM -> 0;
            default -> isAdaptive ? ADAPTIVE_ITERATE_MEMORY : FIXED_ITERATE_MEMORY;
        };
    }

    private boolean isPerturbed() {
        return get(TrainKeys.PERTURBED);
    }

    private OptimiserSettings perturbation() {
        return new PerturbationSettings(
                base(),
                get(TrainKeys.RADIUS),
                get(TrainKeys.COVARIANCE_RADIUS),
                get(TrainKeys.PERTURBATION_MEMORY),
                get(TrainKeys.OFFSET),
                damping(TrainKeys.PERTURBATION_DAMPING, get(TrainKeys.PERTURBATION_DAMPING)));
    }

    private OptimiserSettings base() {
        return switch (optimiser) {
            case KFAC ->
                isAdaptive
                        ? adaptive()
                        : curvature(get(TrainKeys.INVERSE) == KfacInverse.EIGEN ? Method.EIGEN : Method.FACTORED);
            case EKFAC -> curvature(Method.EIGEN_CORRECTED);
            case NATURAL_GRADIENT ->
                curvature(get(TrainKeys.BLOCKS) == NaturalBlocks.FULL ? Method.FULL : Method.EXACT);
            case DIAGONAL -> curvature(Method.DIAGONAL);
            case SGD -> new SgdSettings(schedule(SGD_RATE), momentum(SGD_MOMENTUM));
            case ADAM ->
                new AdamSettings(
                        schedule(ADAM_RATE), get(TrainKeys.BETA1), get(TrainKeys.BETA2), get(TrainKeys.EPSILON));
        };
    }

    private OptimiserSettings curvature(Method method) {
        return new CurvatureSettings(
                method,
                schedule(CURVATURE_RATE),
                momentum(CURVATURE_MOMENTUM),
                damping(TrainKeys.DAMPING, find(TrainKeys.DAMPING).orElse(FIXED_DAMPING)),
                find(TrainKeys.CLIP).orElse(Double.POSITIVE_INFINITY),
                averaging(FIXED_FRACTION, FIXED_INVERSION_PERIOD));
    }

    private OptimiserSettings adaptive() {
        return new AdaptiveSettings(
                find(TrainKeys.DAMPING).orElse(ADAPTIVE_DAMPING),
                get(TrainKeys.DAMPING_PERIOD),
                get(TrainKeys.GAMMA_PERIOD),
                get(TrainKeys.PRODUCTS_FRACTION),
                averaging(ADAPTIVE_FRACTION, ADAPTIVE_INVERSION_PERIOD));
    }

    private Averaging averaging(double fraction, long inversionPeriod) {
        return new Averaging(
                fisher,
                find(TrainKeys.FRACTION).orElse(fraction),
                atLeast(1, TrainKeys.PERIOD, get(TrainKeys.PERIOD)),
                get(TrainKeys.MEMORY),
                atLeast(
                        1,
                        TrainKeys.INVERSION_PERIOD,
                        find(TrainKeys.INVERSION_PERIOD).orElse(inversionPeriod)));
    }

    private Damping damping(Key<Double> key, double value) {
        if (value < 0) {
            throw source.refusal(key.path(), "must be at least 0, not " + value);
        }
        return Damping.absolute(value);
    }

    private long atLeast(long least, Key<Long> key, long steps) {
        if (steps < least) {
            throw source.refusal(key.path(), "must be at least " + least + " step(s), not " + steps);
        }
        return steps;
    }

    private double momentum(double otherwise) {
        return find(TrainKeys.MOMENTUM).orElse(otherwise);
    }

    private Schedule schedule(double otherwise) {
        double rate = find(TrainKeys.RATE).orElse(otherwise);
        return switch (get(TrainKeys.SCHEDULE)) {
            case CONSTANT -> Schedule.constant(rate);
            case STEP -> new Schedule.Steps(rate, get(TrainKeys.FACTOR), get(TrainKeys.EVERY));
            case EXPONENTIAL -> new Schedule.Exponential(rate, get(TrainKeys.FACTOR));
            case COSINE -> new Schedule.Cosine(rate, get(TrainKeys.LAST), cosineSteps());
        };
    }

    private long cosineSteps() {
        return find(TrainKeys.OVER)
                .map(steps -> atLeast(2, TrainKeys.OVER, steps))
                .or(() -> find(TrainKeys.STOP_STEPS).map(steps -> atLeast(2, TrainKeys.STOP_STEPS, steps)))
                .orElseThrow(() -> source.refusal(
                        TrainKeys.SCHEDULE.path(),
                        "\"cosine\" needs train.learning-rate.over, the number of steps until the last rate"));
    }

    private Stopping stopping() {
        Stopping stopping = new Stopping(
                find(TrainKeys.STOP_STEPS).orElse(Long.MAX_VALUE),
                find(TrainKeys.STOP_EPOCHS).orElse(Double.POSITIVE_INFINITY),
                find(TrainKeys.STOP_SECONDS).orElse(Double.POSITIVE_INFINITY),
                find(TrainKeys.STOP_TARGET_LOSS).orElse(Double.NEGATIVE_INFINITY),
                find(TrainKeys.STOP_PATIENCE).orElse(Long.MAX_VALUE));
        Optional<Long> patience = find(TrainKeys.STOP_PATIENCE);
        if (patience.isPresent()
                && TrainKeys.VALIDATION.stream().allMatch(key -> find(key).isEmpty())) {
            throw source.refusal(
                    TrainKeys.STOP_PATIENCE.path(),
                    "needs rows to validate on: set one of the keys of data.validation");
        }
        return stopping;
    }

    /** Keys of the section that {@link #read} passed over, each with those that make it superfluous. */
    Map<Key<?>, List<Key<?>>> passedOver() {
        Map<Key<?>, List<Key<?>>> passed = new LinkedHashMap<>();
        TrainKeys.TRAIN.stream()
                .filter(key -> !asked.contains(key) && !key.path().startsWith("train.checkpoint."))
                .forEach(key -> passed.put(key, because(key)));
        return passed;
    }

    private List<Key<?>> because(Key<?> key) {
        if (key.path().startsWith("train.perturbation.")) {
            return List.of(TrainKeys.PERTURBED);
        }
        boolean isOfSchedule = key.path().startsWith("train.learning-rate.") && asked.contains(TrainKeys.SCHEDULE);
        return isOfSchedule ? List.of(TrainKeys.SCHEDULE) : List.of(TrainKeys.OPTIMISER, TrainKeys.MODE);
    }

    private <T> T get(Key<T> key) {
        asked.add(key);
        return source.get(key);
    }

    private <T> Optional<T> find(Key<T> key) {
        asked.add(key);
        return source.find(key);
    }
}
