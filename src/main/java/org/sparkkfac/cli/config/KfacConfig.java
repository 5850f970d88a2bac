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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.train.Stopping;
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
        Keys.ALL.forEach(key -> config.source.find(key.setting()));
        config.fisher();
        config.precondition();
        return config;
    }

    /** The defaults of {@code reference.conf}. */
    public static KfacConfig defaults() {
        return load(Optional.empty(), List.of());
    }

    /**
     * Where the model is: a directory on any Hadoop file system.
     *
     * @throws UserException if {@code model.path} is not set
     */
    public String modelPath() {
        return source.get(Keys.MODEL_PATH);
    }

    /**
     * Where the artefact goes: a directory on any Hadoop file system.
     *
     * @throws UserException if {@code output.path} is not set
     */
    public String outputPath() {
        return source.get(Keys.OUTPUT_PATH);
    }

    /**
     * The section {@code data}.
     *
     * @throws UserException if the format needs a path and there is none, or there are a path and a table
     */
    public DataSettings data() {
        DataSettings data = source.checked(() -> DataSettings.of(source));
        if (data.readsFiles()) {
            source.get(DataSettings.PATH);
        }
        return data;
    }

    /**
     * The rows to validate on, if there are some: the section {@code data} with what {@code data.validation} sets.
     *
     * @throws UserException as {@link #data}, with the keys of {@code data.validation}
     */
    public Optional<DataSettings> validation() {
        return ValidationSettings.isSet(source)
                ? Optional.of(source.checked(() -> ValidationSettings.of(source, data())))
                : Optional.empty();
    }

    /** Whether the file or an option sets a key of the section {@code train}. */
    public boolean setsTraining() {
        return Keys.in(Keys.TRAIN).stream().anyMatch(source::isSet);
    }

    /**
     * The section {@code train}.
     *
     * @throws UserException if something in it makes no sense
     */
    public TrainSettings train() {
        fisher();
        AskedValues values = new AskedValues(source);
        TrainingSettings training = source.checked(() -> training(values));
        return source.checked(() -> new TrainSettings(
                training,
                source.find(TrainSettings.CHECKPOINTS),
                source.get(TrainSettings.KEEP),
                course(),
                toJsonMap(Keys.in(Keys.STOP), "train."),
                idle(values.passedOver())));
    }

    private static TrainingSettings training(SettingValues values) {
        TrainingSettings training = TrainingSettings.of(values);
        if (values.find(Stopping.PATIENCE).isPresent() && !ValidationSettings.isSet(values)) {
            throw Stopping.PATIENCE.invalid("needs rows to validate on: set one of the keys of data.validation");
        }
        return training;
    }

    /**
     * A line for each key of {@code data} and {@code fisher} that is set and changes nothing: where bad rows would go, if
     * they do not go there; draws and their seed, if there are none. That of {@code train} is in {@link #train}.
     */
    public List<String> withoutEffect() {
        Map<Key<?>, List<Key<?>>> superfluous = new LinkedHashMap<>();
        if (source.get(DataSettings.BAD_ROWS) != BadRows.QUARANTINE) {
            superfluous.put(Keys.of(DataSettings.QUARANTINE_PATH), List.of(Keys.of(DataSettings.BAD_ROWS)));
        }
        if (source.get(Fisher.TYPE) != Fisher.Type.MONTE_CARLO) {
            superfluous.put(Keys.of(Fisher.SAMPLES), List.of(Keys.of(Fisher.TYPE)));
            superfluous.put(Keys.of(Fisher.SEED), List.of(Keys.of(Fisher.TYPE)));
        }
        return idle(superfluous);
    }

    /** Those whose value is not their default, each with its place and with what makes it superfluous. */
    private List<String> idle(Map<Key<?>, List<Key<?>>> superfluous) {
        List<String> idle = new ArrayList<>();
        superfluous.forEach((key, because) -> {
            if (!source.find(key.setting()).equals(key.setting().standard())) {
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
        List<Setting<?>> further = List.of(
                DataSettings.FEATURES,
                DataSettings.LABEL,
                DataSettings.WEIGHT,
                DataSettings.ID,
                StatisticsPlan.PRECISION,
                StatisticsPlan.BLOCK_ROWS,
                CollectOptions.GROUPS,
                Keys.BLAS);
        return toJsonMap(
                Keys.ALL.stream()
                        .filter(key -> further.contains(key.setting())
                                || key.isIn(Keys.FISHER)
                                || (key.isIn(Keys.TRAIN) && !key.isIn(Keys.STOP) && !key.isIn(Keys.CHECKPOINT)))
                        .toList(),
                "");
    }

    /**
     * The section {@code fisher}.
     *
     * @throws UserException if it is {@code empirical} and there is no label
     */
    public Fisher fisher() {
        return source.checked(() -> {
            Fisher fisher = Fisher.of(source);
            if (fisher.type() == Fisher.Type.EMPIRICAL
                    && source.find(DataSettings.LABEL).isEmpty()) {
                throw Fisher.TYPE.invalid(
                        "\"empirical\" needs the labels in the data: name their column", DataSettings.LABEL);
            }
            return fisher;
        });
    }

    /** The sections {@code statistics} and {@code fisher}: what is collected. */
    public StatisticsPlan statistics() {
        Fisher fisher = fisher();
        return source.checked(() -> new StatisticsPlan(
                source.get(StatisticsPlan.KINDS),
                fisher,
                source.get(StatisticsPlan.PRECISION),
                source.get(StatisticsPlan.BLOCK_ROWS),
                source.get(StatisticsPlan.LAYERS)));
    }

    /** Portions of the input, each folded by one task. */
    public int groups() {
        return source.checked(() -> CollectOptions.GROUPS.check(source.get(CollectOptions.GROUPS)));
    }

    /** The section {@code precondition}. */
    public PreconditionSettings precondition() {
        return source.checked(() -> PreconditionSettings.of(source));
    }

    /** Which linear algebra library is wanted. */
    public Blas.Choice blas() {
        return source.get(Keys.BLAS);
    }

    /** Settings of Spark by their full names, sorted. */
    public Map<String, String> sparkConf() {
        return source.get(Keys.SPARK);
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
        return source.find(key.setting()).map(key.type().show()).orElse(null);
    }
}
