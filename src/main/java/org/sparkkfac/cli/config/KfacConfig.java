package org.sparkkfac.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.train.TrainingSettings;

/**
 * The effective configuration of one command: defaults, under the file of {@code --conf}, under each {@code --set} in
 * turn.
 *
 * <p>Loading refuses unknown keys and values of the wrong type, wherever they are. What a section demands beyond that
 * (that a path is set, that a combination makes sense) is checked when a command asks for the section. Every refusal is a
 * {@link UserException} of one line that starts with the key and the place of its value.
 */
public final class KfacConfig {
    private final ConfigSource source;

    private KfacConfig(ConfigSource source) {
        this.source = source;
    }

    /**
     * Loads a configuration.
     *
     * @param file a HOCON or JSON file on the local disk
     * @param sets {@code key=value} in the order given; later ones win. The key ends at the first {@code =}. The value is
     *     HOCON if it is {@code null}, a quoted string, or (where the key can hold such) a list or an object; otherwise it is
     *     text as it stands, such as {@code s3a://bucket/*.parquet}
     * @throws UserException if the file cannot be read, or something in it or in {@code sets} is not accepted
     */
    public static KfacConfig load(Optional<Path> file, List<String> sets) {
        KfacConfig config = new KfacConfig(ConfigSource.load(file, sets));
        Keys.ALL.forEach(config.source::find);
        config.fisher();
        config.precondition();
        return config;
    }

    /** The defaults of {@code reference.conf}. */
    public static KfacConfig defaults() {
        return load(Optional.empty(), List.of());
    }

    /**
     * The section {@code model}.
     *
     * @throws UserException if {@code model.path} is not set
     */
    public ModelSettings model() {
        return new ModelSettings(source.get(Key.MODEL_PATH));
    }

    /**
     * The section {@code output}.
     *
     * @throws UserException if {@code output.path} is not set
     */
    public OutputSettings output() {
        return new OutputSettings(source.get(Key.OUTPUT_PATH));
    }

    /**
     * The section {@code data}.
     *
     * @throws UserException if the format needs a path and there is none, or there are a path and a table
     */
    public DataSettings data() {
        DataSettings data = checked(() -> new DataSettings(
                source.get(Key.DATA_FORMAT),
                source.find(Key.DATA_PATH),
                source.get(Key.DATA_OPTIONS),
                source.find(Key.DATA_TABLE),
                source.find(Key.DATA_WHERE),
                source.find(Key.DATA_LIMIT),
                source.find(Key.DATA_PIPELINE),
                source.get(Key.DATA_FEATURES),
                source.find(Key.DATA_LABEL),
                source.find(Key.DATA_WEIGHT),
                source.find(Key.DATA_ID),
                source.get(Key.DATA_BAD_ROWS),
                source.find(Key.DATA_QUARANTINE_PATH),
                source.get(Key.DATA_SPLIT_BYTES)));
        if (data.readsFiles()) {
            source.get(Key.DATA_PATH);
        }
        return data;
    }

    /**
     * The rows to validate on, if there are some: the section {@code data} with what {@code data.validation} sets.
     *
     * @throws UserException as {@link #data}, with the keys of {@code data.validation}
     */
    public Optional<DataSettings> validation() {
        if (TrainKeys.VALIDATION.stream().allMatch(key -> source.find(key).isEmpty())) {
            return Optional.empty();
        }
        DataSettings data = data();
        Optional<String> path = source.find(TrainKeys.VALIDATION_PATH);
        Optional<String> table = source.find(TrainKeys.VALIDATION_TABLE);
        refuseIf(path.isPresent() && table.isPresent(), TrainKeys.VALIDATION_TABLE, "is set, and so is the path");
        Optional<Long> limit = source.find(TrainKeys.VALIDATION_LIMIT);
        refuseIf(limit.orElse(1L) < 1, TrainKeys.VALIDATION_LIMIT, "must be at least 1 row, not " + limit.orElse(1L));
        boolean isElsewhere = path.isPresent() || table.isPresent();
        return Optional.of(new DataSettings(
                data.format(),
                isElsewhere ? path : data.path(),
                data.options(),
                isElsewhere ? table : data.table(),
                source.find(TrainKeys.VALIDATION_WHERE),
                limit,
                data.pipeline(),
                data.features(),
                data.label(),
                data.weight(),
                data.id(),
                data.badRows() == BadRows.FAIL ? BadRows.FAIL : BadRows.SKIP,
                Optional.empty(),
                data.splitBytes()));
    }

    /** Whether the file or an option sets a key of the section {@code train}. */
    public boolean setsTraining() {
        return Keys.ALL.stream().anyMatch(key -> key.path().startsWith("train.") && source.isSet(key));
    }

    /**
     * The section {@code train}.
     *
     * @throws UserException if something in it makes no sense
     */
    public TrainSettings train() {
        TrainReader reader = new TrainReader(source, fisher());
        TrainingSettings training = reader.read();
        int keep = toInt(TrainKeys.CHECKPOINT_KEEP);
        refuseIf(keep < 1, TrainKeys.CHECKPOINT_KEEP, "must be at least 1, not " + keep);
        return new TrainSettings(
                training,
                source.find(TrainKeys.CHECKPOINT_PATH),
                keep,
                course(),
                toJsonMap(
                        Keys.ALL.stream()
                                .filter(key -> key.path().startsWith("train.stop."))
                                .toList(),
                        "train."),
                idle(reader.passedOver()));
    }

    /**
     * A line for each key of {@code data} and {@code fisher} that is set and changes nothing: where bad rows would go, if
     * they do not go there; draws and their seed, if there are none. That of {@code train} is in {@link #train}.
     */
    public List<String> withoutEffect() {
        Map<Key<?>, List<Key<?>>> superfluous = new LinkedHashMap<>();
        if (source.get(Key.DATA_BAD_ROWS) != BadRows.QUARANTINE) {
            superfluous.put(Key.DATA_QUARANTINE_PATH, List.of(Key.DATA_BAD_ROWS));
        }
        if (source.get(Key.FISHER_TYPE) != Fisher.Type.MONTE_CARLO) {
            superfluous.put(Key.FISHER_SAMPLES, List.of(Key.FISHER_TYPE));
            superfluous.put(Key.FISHER_SEED, List.of(Key.FISHER_TYPE));
        }
        return idle(superfluous);
    }

    /** Those whose value is not their default, each with its place and with what makes it superfluous. */
    private List<String> idle(Map<Key<?>, List<Key<?>>> superfluous) {
        ConfigSource defaults = ConfigSource.load(Optional.empty(), List.of());
        List<String> idle = new ArrayList<>();
        superfluous.forEach((key, because) -> {
            if (!source.find(key).equals(defaults.find(key))) {
                idle.add(source.place(key) + ": has no effect with "
                        + because.stream()
                                .map(other -> other.path() + " = " + show(other))
                                .collect(Collectors.joining(" and ")));
            }
        });
        return idle;
    }

    /** What of the configuration fixes the course of a training; rows and model are known by their fingerprints. */
    private Map<String, @Nullable Object> course() {
        List<Key<?>> further = List.of(
                Key.DATA_FEATURES,
                Key.DATA_LABEL,
                Key.DATA_WEIGHT,
                Key.DATA_ID,
                Key.STATISTICS_PRECISION,
                Key.STATISTICS_BLOCK_ROWS,
                Key.STATISTICS_GROUPS,
                Key.BLAS);
        return toJsonMap(
                Keys.ALL.stream()
                        .filter(key -> further.contains(key)
                                || key.path().startsWith("fisher.")
                                || (key.path().startsWith("train.")
                                        && !key.path().startsWith("train.stop.")
                                        && !key.path().startsWith("train.checkpoint.")))
                        .toList(),
                "");
    }

    /**
     * The section {@code fisher}.
     *
     * @throws UserException if it is {@code empirical} and there is no label
     */
    public Fisher fisher() {
        int samples = toInt(Key.FISHER_SAMPLES);
        refuseIf(samples < 1, Key.FISHER_SAMPLES, "must be at least 1, not " + samples);
        Fisher fisher = new Fisher(source.get(Key.FISHER_TYPE), samples, source.get(Key.FISHER_SEED));
        refuseIf(
                fisher.type() == Fisher.Type.EMPIRICAL
                        && source.find(Key.DATA_LABEL).isEmpty(),
                Key.FISHER_TYPE,
                "\"empirical\" needs the labels in the data: name their column in data.label");
        return fisher;
    }

    /** The section {@code statistics}. */
    public StatisticsSettings statistics() {
        return checked(() -> new StatisticsSettings(
                source.get(Key.STATISTICS_KINDS),
                source.get(Key.STATISTICS_LAYERS),
                source.get(Key.STATISTICS_PRECISION),
                toInt(Key.STATISTICS_BLOCK_ROWS),
                toInt(Key.STATISTICS_GROUPS)));
    }

    /** The section {@code precondition}. */
    public PreconditionSettings precondition() {
        Key<Double> key = source.find(Key.PRECONDITION_RELATIVE_DAMPING).isPresent()
                ? Key.PRECONDITION_RELATIVE_DAMPING
                : Key.PRECONDITION_DAMPING;
        double value = source.get(key);
        refuseIf(!(value >= 0) || Double.isInfinite(value), key, "must be a finite number of at least 0, not " + value);
        boolean relative = key.equals(Key.PRECONDITION_RELATIVE_DAMPING);
        return new PreconditionSettings(source.get(Key.PRECONDITION_METHOD), new Damping(value, relative));
    }

    /** Which linear algebra library is wanted. */
    public Blas.Choice blas() {
        return source.get(Key.BLAS);
    }

    /** Settings of Spark by their full names, sorted. */
    public Map<String, String> sparkConf() {
        return source.get(Key.SPARK);
    }

    /**
     * The effective configuration as HOCON. Loaded again it gives this one, except that passwords and keys in {@code spark}
     * and {@code data.options} are hidden, and are refused until they are put back. The same configuration always gives the
     * same text.
     */
    public String render() {
        Config shown = ConfigValueFactory.fromMap(toJsonMap()).toConfig();
        return shown.root()
                .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
    }

    /**
     * The effective configuration as nested maps of text, numbers, lists and nulls, in the order of {@code reference.conf}.
     * Passwords and keys are hidden. For manifests.
     */
    public Map<String, @Nullable Object> toJsonMap() {
        return toJsonMap(Keys.ALL, "");
    }

    private Map<String, @Nullable Object> toJsonMap(List<Key<?>> keys, String prefix) {
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            String name = key.path().substring(prefix.length());
            int dot = name.indexOf('.');
            if (dot < 0) {
                root.put(name, show(key));
            } else if (!root.containsKey(name.substring(0, dot))) {
                String section = prefix + name.substring(0, dot + 1);
                List<Key<?>> inner = keys.stream()
                        .filter(other -> other.path().startsWith(section))
                        .toList();
                root.put(name.substring(0, dot), toJsonMap(inner, section));
            }
        }
        return root;
    }

    private <T> @Nullable Object show(Key<T> key) {
        return source.find(key).map(key.type().show()).orElse(null);
    }

    private int toInt(Key<Long> key) {
        long value = source.get(key);
        refuseIf(value != (int) value, key, value + " is too large");
        return (int) value;
    }

    private void refuseIf(boolean wrong, Key<?> key, String problem) {
        if (wrong) {
            throw source.refusal(key.path(), problem);
        }
    }

    private <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (InvalidSetting e) {
            throw source.refusal(e.key(), e.problem());
        }
    }
}
