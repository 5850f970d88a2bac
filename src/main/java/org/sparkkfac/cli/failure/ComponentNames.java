package org.sparkkfac.cli.failure;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * What a user of the command line calls the components of a refusal: an option, where the command has one for it and, as
 * the place of the mistake, where it was given; else a key of the configuration.
 */
public final class ComponentNames {
    private final Optional<CommandLine> command;

    private ComponentNames(Optional<CommandLine> command) {
        this.command = command;
    }

    /** The names that this command has. */
    public static ComponentNames of(CommandLine command) {
        return new ComponentNames(Optional.of(command));
    }

    /** The keys, for what is not part of one command. */
    public static ComponentNames keys() {
        return new ComponentNames(Optional.empty());
    }

    /** {@code name of the place: problem (names of the mends)}. */
    public String line(UserException e) {
        String place = e.at().map(at -> nameOfPlace(at) + ": ").orElse("");
        return place + e.problem() + inParentheses(e.mends());
    }

    /** {@code  (names of the mends)}, or nothing without any. */
    String inParentheses(List<Component> mends) {
        String names = mends.stream().map(this::nameOfMend).collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + ")";
    }

    private String nameOfPlace(Component at) {
        String flag = flag(at);
        @Nullable ParseResult given = command.map(CommandLine::getParseResult).orElse(null);
        boolean isGiven = flag != null && given != null && given.hasMatchedOption(flag);
        return isGiven || key(at) == null ? String.valueOf(flag) : String.valueOf(key(at));
    }

    private String nameOfMend(Component mend) {
        String flag = flag(mend);
        boolean isThere = flag != null
                && command.map(line -> line.getCommandSpec().findOption(flag) != null)
                        .orElse(false);
        return isThere || key(mend) == null ? String.valueOf(flag) : String.valueOf(key(mend));
    }

    private boolean isTraining() {
        return command.map(line -> line.getCommandName().equals("train")).orElse(false);
    }

    private static @Nullable String flag(Component component) {
        return switch (component) {
            case MODEL_PATH -> "--model";
            case METHOD -> "--method";
            case DAMPING -> "--damping";
            case OUTPUT_PATH -> "--output";
            case OVERWRITE -> "--overwrite";
            case RESUME -> "--resume";
            case SPECTRA -> "--spectra";
            case KEPT_COLUMNS -> "--keep";
            case MERGE_WEIGHTS -> "--weights";
            case MERGE_KINDS -> "--kinds";
            case MERGE_DUPLICATES -> "--allow-duplicates";
            case MASTER -> "--master";
            default -> null;
        };
    }

    private @Nullable String key(Component component) {
        return switch (component) {
            case MODEL_PATH -> "model.path";
            case DATA_FORMAT -> "data.format";
            case DATA_PATH -> "data.path";
            case DATA_OPTIONS -> "data.options";
            case DATA_TABLE -> "data.table";
            case DATA_WHERE -> "data.where";
            case DATA_LIMIT -> "data.limit";
            case VALIDATION_PATH -> "data.validation.path";
            case VALIDATION_TABLE -> "data.validation.table";
            case VALIDATION_WHERE -> "data.validation.where";
            case VALIDATION_LIMIT -> "data.validation.limit";
            case DATA_PIPELINE -> "data.pipeline";
            case FEATURES -> "data.features";
            case LABEL -> "data.label";
            case WEIGHT -> "data.weight";
            case ID -> "data.id";
            case BAD_ROWS -> "data.bad-rows";
            case QUARANTINE_PATH -> "data.quarantine-path";
            case SPLIT_BYTES -> "data.split-bytes";
            case FISHER_TYPE -> "fisher.type";
            case FISHER_SAMPLES -> "fisher.samples";
            case STATISTICS_KINDS -> "statistics.kinds";
            case STATISTICS_LAYERS -> "statistics.layers";
            case PRECISION -> "statistics.precision";
            case BLOCK_ROWS -> "statistics.block-rows";
            case GROUPS -> "statistics.groups";
            case METHOD -> isTraining() ? "train.inverse" : "precondition.method";
            case DAMPING -> isTraining() ? "train.damping" : "precondition.damping";
            case OPTIMISER -> "train.optimiser";
            case OPTIMISER_BLOCKS -> "train.blocks";
            case LEARNING_RATE -> "train.learning-rate.rate";
            case DECAY -> "train.decay";
            case CHECKPOINT_PATH -> "train.checkpoint.path";
            case CHECKPOINT_KEEP -> "train.checkpoint.keep";
            case OUTPUT_PATH -> "output.path";
            case SPARK_SETTINGS -> "spark";
            case OVERWRITE, RESUME, SPECTRA, KEPT_COLUMNS, MERGE_WEIGHTS, MERGE_KINDS, MERGE_DUPLICATES, MASTER -> null;
        };
    }
}
