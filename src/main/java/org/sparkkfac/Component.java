package org.sparkkfac;

/**
 * What a refusal is about, or what mends it. Each front end has a name of its own for it: the configuration a key, a
 * command a flag, a Spark ML stage a param; the library has the words of {@link #toString}.
 */
public enum Component {
    MODEL_PATH("path of the model"),
    DATA_FORMAT("format of the rows"),
    DATA_PATH("path of the rows"),
    DATA_OPTIONS("options of the reader"),
    DATA_TABLE("table of the rows"),
    DATA_WHERE("condition on the rows"),
    DATA_LIMIT("limit of rows"),
    VALIDATION_PATH("path of the rows to validate on"),
    VALIDATION_TABLE("table of the rows to validate on"),
    VALIDATION_WHERE("condition on the rows to validate on"),
    VALIDATION_LIMIT("limit of rows to validate on"),
    DATA_PIPELINE("pipeline of the rows"),
    FEATURES("feature columns"),
    LABEL("label columns"),
    WEIGHT("weight column"),
    ID("id column"),
    BAD_ROWS("handling of bad rows"),
    QUARANTINE_PATH("place for bad rows"),
    SPLIT_BYTES("size of a split"),
    FISHER_TYPE("type of Fisher matrix"),
    FISHER_SAMPLES("draws of a row"),
    STATISTICS_KINDS("kinds of statistics"),
    STATISTICS_LAYERS("layers of statistics"),
    PRECISION("precision"),
    BLOCK_ROWS("rows of a block"),
    GROUPS("groups of rows"),
    METHOD("method of inversion"),
    DAMPING("damping"),
    OPTIMISER("optimiser"),
    OPTIMISER_BLOCKS("blocks of the natural gradient"),
    LEARNING_RATE("learning rate"),
    DECAY("decay of the parameters"),
    CHECKPOINT_PATH("place for checkpoints"),
    CHECKPOINT_KEEP("checkpoints to keep"),
    OUTPUT_PATH("place to write to"),
    OVERWRITE("overwriting"),
    RESUME("resuming"),
    SPECTRA("spectra"),
    KEPT_COLUMNS("columns to keep"),
    MERGE_WEIGHTS("factors of the parts"),
    MERGE_KINDS("kinds to merge"),
    MERGE_DUPLICATES("merging the same rows twice"),
    MASTER("Spark master"),
    SPARK_SETTINGS("Spark settings");

    private final String words;

    Component(String words) {
        this.words = words;
    }

    /** The component that says the same of the rows to validate on, where they have one of their own. */
    public Component ofValidation() {
        return switch (this) {
            case DATA_PATH -> VALIDATION_PATH;
            case DATA_TABLE -> VALIDATION_TABLE;
            case DATA_WHERE -> VALIDATION_WHERE;
            case DATA_LIMIT -> VALIDATION_LIMIT;
            default -> this;
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
