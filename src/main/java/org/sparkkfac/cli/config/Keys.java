package org.sparkkfac.cli.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All keys there are. */
final class Keys {
    /** Every key, in the order in which a configuration is shown. */
    static final List<Key<?>> ALL = Stream.<List<Key<?>>>of(
                    List.of(
                            Key.MODEL_PATH,
                            Key.DATA_FORMAT,
                            Key.DATA_PATH,
                            Key.DATA_OPTIONS,
                            Key.DATA_TABLE,
                            Key.DATA_WHERE,
                            Key.DATA_LIMIT,
                            Key.DATA_PIPELINE,
                            Key.DATA_FEATURES,
                            Key.DATA_LABEL,
                            Key.DATA_WEIGHT,
                            Key.DATA_ID,
                            Key.DATA_BAD_ROWS,
                            Key.DATA_QUARANTINE_PATH,
                            Key.DATA_SPLIT_BYTES),
                    TrainKeys.VALIDATION,
                    List.of(
                            Key.FISHER_TYPE,
                            Key.FISHER_SAMPLES,
                            Key.FISHER_SEED,
                            Key.STATISTICS_KINDS,
                            Key.STATISTICS_LAYERS,
                            Key.STATISTICS_PRECISION,
                            Key.STATISTICS_BLOCK_ROWS,
                            Key.STATISTICS_GROUPS,
                            Key.PRECONDITION_METHOD,
                            Key.PRECONDITION_DAMPING,
                            Key.PRECONDITION_RELATIVE_DAMPING),
                    TrainKeys.TRAIN,
                    List.of(Key.BLAS, Key.SPARK, Key.OUTPUT_PATH))
            .flatMap(List::stream)
            .toList();

    static Optional<Key<?>> of(String path) {
        return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
    }

    static boolean isSection(String path) {
        return ALL.stream().anyMatch(key -> key.path().startsWith(path + "."));
    }

    /** The first key of a section. */
    static String firstOf(String section) {
        return ALL.stream()
                .map(Key::path)
                .filter(path -> path.startsWith(section + "."))
                .findFirst()
                .orElseThrow();
    }

    private Keys() {}
}
