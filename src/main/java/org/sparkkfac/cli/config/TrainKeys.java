package org.sparkkfac.cli.config;

import java.util.List;

/** The keys of the section {@code train} and of {@code data.validation}. */
final class TrainKeys {
    static final Key<String> VALIDATION_PATH = Key.optional("data.validation.path", ValueType.TEXT);
    static final Key<String> VALIDATION_TABLE = Key.optional("data.validation.table", ValueType.TEXT);
    static final Key<String> VALIDATION_WHERE = Key.optional("data.validation.where", ValueType.TEXT);
    static final Key<Long> VALIDATION_LIMIT = Key.optional("data.validation.limit", ValueType.INTEGER);

    static final Key<OptimiserName> OPTIMISER = Key.required("train.optimiser", ValueType.choice(OptimiserName.class));
    static final Key<StepMode> MODE = Key.required("train.mode", ValueType.choice(StepMode.class));
    static final Key<KfacInverse> INVERSE = Key.required("train.inverse", ValueType.choice(KfacInverse.class));
    static final Key<NaturalBlocks> BLOCKS = Key.required("train.blocks", ValueType.choice(NaturalBlocks.class));

    static final Key<Double> RATE = Key.optional("train.learning-rate.rate", ValueType.NUMBER);
    static final Key<ScheduleName> SCHEDULE =
            Key.required("train.learning-rate.schedule", ValueType.choice(ScheduleName.class));
    static final Key<Double> FACTOR = Key.required("train.learning-rate.factor", ValueType.NUMBER);
    static final Key<Long> EVERY = Key.required("train.learning-rate.every", ValueType.INTEGER);
    static final Key<Double> LAST = Key.required("train.learning-rate.last", ValueType.NUMBER);
    static final Key<Long> OVER = Key.optional("train.learning-rate.over", ValueType.INTEGER);

    static final Key<Double> MOMENTUM = Key.optional("train.momentum", ValueType.NUMBER);
    static final Key<Double> DAMPING = Key.optional("train.damping", ValueType.NUMBER);
    static final Key<Double> CLIP = Key.optional("train.clip", ValueType.NUMBER);

    static final Key<Double> FRACTION = Key.optional("train.statistics.fraction", ValueType.NUMBER);
    static final Key<Long> PERIOD = Key.required("train.statistics.period", ValueType.INTEGER);
    static final Key<Double> MEMORY = Key.required("train.statistics.memory", ValueType.NUMBER);
    static final Key<Long> INVERSION_PERIOD = Key.optional("train.statistics.inversion-period", ValueType.INTEGER);

    static final Key<Long> DAMPING_PERIOD = Key.required("train.adaptive.damping-period", ValueType.INTEGER);
    static final Key<Long> GAMMA_PERIOD = Key.required("train.adaptive.gamma-period", ValueType.INTEGER);
    static final Key<Double> PRODUCTS_FRACTION = Key.required("train.adaptive.products-fraction", ValueType.NUMBER);

    static final Key<Double> BETA1 = Key.required("train.adam.beta1", ValueType.NUMBER);
    static final Key<Double> BETA2 = Key.required("train.adam.beta2", ValueType.NUMBER);
    static final Key<Double> EPSILON = Key.required("train.adam.epsilon", ValueType.NUMBER);

    static final Key<Boolean> PERTURBED = Key.required("train.perturbation.enabled", ValueType.FLAG);
    static final Key<Double> RADIUS = Key.required("train.perturbation.radius", ValueType.NUMBER);
    static final Key<Double> COVARIANCE_RADIUS = Key.required("train.perturbation.covariance-radius", ValueType.NUMBER);
    static final Key<Double> PERTURBATION_MEMORY = Key.required("train.perturbation.memory", ValueType.NUMBER);
    static final Key<Double> OFFSET = Key.required("train.perturbation.offset", ValueType.NUMBER);
    static final Key<Double> PERTURBATION_DAMPING = Key.required("train.perturbation.damping", ValueType.NUMBER);

    static final Key<Long> BATCH_ROWS = Key.optional("train.batch-rows", ValueType.INTEGER);
    static final Key<Long> BATCH_FULL_AT = Key.optional("train.batch-full-at", ValueType.INTEGER);
    static final Key<Long> BATCH_CHUNK_ROWS = Key.required("train.batch-chunk-rows", ValueType.INTEGER);
    static final Key<Double> DECAY = Key.optional("train.decay", ValueType.NUMBER);
    static final Key<Boolean> DECAY_BIASES = Key.required("train.decay-biases", ValueType.FLAG);
    static final Key<Double> ITERATE_MEMORY = Key.optional("train.iterate-memory", ValueType.NUMBER);
    static final Key<Long> SEED = Key.required("train.seed", ValueType.INTEGER);

    static final Key<Long> STOP_STEPS = Key.optional("train.stop.steps", ValueType.INTEGER);
    static final Key<Double> STOP_EPOCHS = Key.optional("train.stop.epochs", ValueType.NUMBER);
    static final Key<Double> STOP_SECONDS = Key.optional("train.stop.seconds", ValueType.NUMBER);
    static final Key<Double> STOP_TARGET_LOSS = Key.optional("train.stop.target-loss", ValueType.NUMBER);
    static final Key<Long> STOP_PATIENCE = Key.optional("train.stop.patience", ValueType.INTEGER);
    static final Key<Long> VALIDATION_PERIOD = Key.required("train.validation-period", ValueType.INTEGER);

    static final Key<String> CHECKPOINT_PATH = Key.optional("train.checkpoint.path", ValueType.TEXT);
    static final Key<Long> CHECKPOINT_EVERY = Key.required("train.checkpoint.every", ValueType.INTEGER);
    static final Key<Long> CHECKPOINT_KEEP = Key.required("train.checkpoint.keep", ValueType.INTEGER);

    static final List<Key<?>> VALIDATION =
            List.of(VALIDATION_PATH, VALIDATION_TABLE, VALIDATION_WHERE, VALIDATION_LIMIT);

    static final List<Key<?>> TRAIN = List.of(
            OPTIMISER,
            MODE,
            INVERSE,
            BLOCKS,
            RATE,
            SCHEDULE,
            FACTOR,
            EVERY,
            LAST,
            OVER,
            MOMENTUM,
            DAMPING,
            CLIP,
            FRACTION,
            PERIOD,
            MEMORY,
            INVERSION_PERIOD,
            DAMPING_PERIOD,
            GAMMA_PERIOD,
            PRODUCTS_FRACTION,
            BETA1,
            BETA2,
            EPSILON,
            PERTURBED,
            RADIUS,
            COVARIANCE_RADIUS,
            PERTURBATION_MEMORY,
            OFFSET,
            PERTURBATION_DAMPING,
            BATCH_ROWS,
            BATCH_FULL_AT,
            BATCH_CHUNK_ROWS,
            DECAY,
            DECAY_BIASES,
            ITERATE_MEMORY,
            SEED,
            STOP_STEPS,
            STOP_EPOCHS,
            STOP_SECONDS,
            STOP_TARGET_LOSS,
            STOP_PATIENCE,
            VALIDATION_PERIOD,
            CHECKPOINT_PATH,
            CHECKPOINT_EVERY,
            CHECKPOINT_KEEP);

    private TrainKeys() {}

    /** {@code train.optimiser}. */
    enum OptimiserName {
        KFAC,
        EKFAC,
        NATURAL_GRADIENT,
        DIAGONAL,
        SGD,
        ADAM
    }

    /** {@code train.mode}. */
    enum StepMode {
        FIXED,
        ADAPTIVE
    }

    /** {@code train.inverse}. */
    enum KfacInverse {
        FACTORED,
        EIGEN
    }

    /** {@code train.blocks}. */
    enum NaturalBlocks {
        EXACT,
        FULL
    }

    /** {@code train.learning-rate.schedule}. */
    enum ScheduleName {
        CONSTANT,
        STEP,
        COSINE,
        EXPONENTIAL
    }
}
