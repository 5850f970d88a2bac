package org.sparkkfac.cli.config;

import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;

/**
 * A key of the configuration: its path, whether it may be null, and what it holds. Defaults and explanations are in {@code
 * reference.conf}, which has exactly these keys. No key is a prefix of another.
 */
record Key<T>(String path, boolean nullable, ValueType<T> type) {
    static final Key<String> MODEL_PATH = optional("model.path", ValueType.TEXT);

    static final Key<String> DATA_FORMAT = required("data.format", ValueType.TEXT);
    static final Key<String> DATA_PATH = optional("data.path", ValueType.TEXT);
    static final Key<Map<String, String>> DATA_OPTIONS = required("data.options", ValueType.settings(""));
    static final Key<String> DATA_TABLE = optional("data.table", ValueType.TEXT);
    static final Key<String> DATA_WHERE = optional("data.where", ValueType.TEXT);
    static final Key<Long> DATA_LIMIT = optional("data.limit", ValueType.INTEGER);
    static final Key<String> DATA_PIPELINE = optional("data.pipeline", ValueType.TEXT);
    static final Key<ColumnNames> DATA_FEATURES = required("data.features", ValueType.COLUMNS);
    static final Key<ColumnNames> DATA_LABEL = optional("data.label", ValueType.COLUMNS);
    static final Key<String> DATA_WEIGHT = optional("data.weight", ValueType.TEXT);
    static final Key<String> DATA_ID = optional("data.id", ValueType.TEXT);
    static final Key<BadRows> DATA_BAD_ROWS = required("data.bad-rows", ValueType.choice(BadRows.class));
    static final Key<String> DATA_QUARANTINE_PATH = optional("data.quarantine-path", ValueType.TEXT);
    static final Key<Long> DATA_SPLIT_BYTES = required("data.split-bytes", ValueType.SIZE);

    static final Key<Fisher.Type> FISHER_TYPE = required("fisher.type", ValueType.choice(Fisher.Type.class));
    static final Key<Long> FISHER_SAMPLES = required("fisher.samples", ValueType.INTEGER);
    static final Key<Long> FISHER_SEED = required("fisher.seed", ValueType.INTEGER);

    static final Key<List<StatisticKind>> STATISTICS_KINDS =
            required("statistics.kinds", ValueType.choices(StatisticKind.class));
    static final Key<List<String>> STATISTICS_LAYERS = required("statistics.layers", ValueType.TEXTS);
    static final Key<Precision> STATISTICS_PRECISION =
            required("statistics.precision", ValueType.choice(Precision.class));
    static final Key<Long> STATISTICS_BLOCK_ROWS = required("statistics.block-rows", ValueType.INTEGER);
    static final Key<Long> STATISTICS_GROUPS = required("statistics.groups", ValueType.INTEGER);

    static final Key<Method> PRECONDITION_METHOD = required("precondition.method", ValueType.choice(Method.class));
    static final Key<Double> PRECONDITION_DAMPING = required("precondition.damping", ValueType.NUMBER);
    static final Key<Double> PRECONDITION_RELATIVE_DAMPING =
            optional("precondition.relative-damping", ValueType.NUMBER);

    static final Key<Blas.Choice> BLAS = required("blas", ValueType.choice(Blas.Choice.class));
    static final Key<Map<String, String>> SPARK = required("spark", ValueType.settings("spark."));
    static final Key<String> OUTPUT_PATH = optional("output.path", ValueType.TEXT);

    static <T> Key<T> required(String path, ValueType<T> type) {
        return new Key<>(path, false, type);
    }

    static <T> Key<T> optional(String path, ValueType<T> type) {
        return new Key<>(path, true, type);
    }
}
