package org.sparkkfac.cli.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sparkkfac.Setting;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.optimiser.AdaptiveSettings;
import org.sparkkfac.train.optimiser.Averaging;
import org.sparkkfac.train.optimiser.CommonSettings;
import org.sparkkfac.train.optimiser.CurvatureSettings;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.Optimisers;
import org.sparkkfac.train.optimiser.PerturbationSettings;
import org.sparkkfac.train.optimiser.Schedule;

/**
 * All keys: in which section of the configuration the settings of each record stand. A key is its section and the name of
 * the setting, with hyphens.
 */
final class Keys {
    static final Setting<Blas.Choice> BLAS =
            Setting.<Blas.Choice>of("blas", Blas.Choice.class, "linear algebra").withDefault(Blas.Choice.BUNDLED);
    static final Setting<Map<String, String>> SPARK = Setting.<Map<String, String>>of(
                    "spark", Map.class, "settings of Spark")
            .withDefault(Map.of());

    static final Setting<String> MODEL_PATH = Setting.of("path", String.class, "the directory of the model");
    static final Setting<String> OUTPUT_PATH =
            Setting.of("path", String.class, "the directory that the artefact is written to");

    static final String DATA = "data";
    static final String FISHER = "fisher";
    static final String TRAIN = "train";
    static final String LEARNING_RATE = "train.learning-rate";
    static final String PERTURBATION = "train.perturbation";
    static final String STOP = "train.stop";
    static final String CHECKPOINT = "train.checkpoint";

    /** Every key, in the order in which a configuration is shown. */
    static final List<Key<?>> ALL;

    private static final Map<Setting<?>, Key<?>> OF_SETTINGS = new HashMap<>();

    static {
        List<Key<?>> all = new ArrayList<>();
        add(all, "model", List.of(MODEL_PATH));
        add(all, DATA, DataSettings.SETTINGS);
        add(all, "data.validation", ValidationSettings.SETTINGS);
        add(all, FISHER, List.of(Fisher.TYPE, Fisher.SAMPLES, Fisher.SEED));
        add(
                all,
                "statistics",
                List.of(
                        StatisticsPlan.KINDS,
                        StatisticsPlan.LAYERS,
                        StatisticsPlan.PRECISION,
                        StatisticsPlan.BLOCK_ROWS,
                        CollectOptions.GROUPS));
        add(all, "precondition", List.of(PreconditionSettings.METHOD, Damping.ABSOLUTE, Damping.RELATIVE));
        addTraining(all);
        add(all, "", List.of(BLAS, SPARK));
        add(all, "output", List.of(OUTPUT_PATH));
        ALL = List.copyOf(all);
        ALL.forEach(key -> OF_SETTINGS.put(key.setting(), key));
    }

    private static void addTraining(List<Key<?>> all) {
        add(all, TRAIN, List.of(Optimisers.OPTIMISER, Optimisers.MODE));
        add(all, TRAIN, List.of(CurvatureSettings.INVERSE, CurvatureSettings.BLOCKS));
        add(all, LEARNING_RATE, Schedule.SETTINGS);
        add(all, TRAIN, List.of(CommonSettings.MOMENTUM, CommonSettings.DAMPING, CurvatureSettings.CLIP));
        add(all, "train.statistics", Averaging.SETTINGS);
        add(all, "train.adaptive", AdaptiveSettings.SETTINGS);
        for (OptimiserType type : Optimisers.types()) {
            add(all, "train." + type.name(), type.settings());
        }
        add(all, PERTURBATION, PerturbationSettings.SETTINGS);
        add(all, TRAIN, BatchSettings.SETTINGS);
        add(all, TRAIN, Regularisation.SETTINGS);
        add(all, TRAIN, List.of(CommonSettings.ITERATE_DECAY, TrainingSettings.SEED));
        add(all, STOP, Stopping.SETTINGS);
        add(all, TRAIN, List.of(TrainingSettings.VALIDATION_PERIOD));
        add(
                all,
                CHECKPOINT,
                List.of(TrainSettings.CHECKPOINTS, TrainingSettings.CHECKPOINT_PERIOD, TrainSettings.KEEP));
    }

    private static void add(List<Key<?>> all, String section, List<? extends Setting<?>> settings) {
        String prefix = section.isEmpty() ? "" : section + ".";
        settings.forEach(setting -> all.add(Key.of(prefix, setting)));
    }

    static Optional<Key<?>> of(String path) {
        return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
    }

    /** The key of a setting. */
    @SuppressWarnings("unchecked") // a key has its setting's type
    static <T> Key<T> of(Setting<T> setting) {
        return (Key<T>) Objects.requireNonNull(OF_SETTINGS.get(setting), () -> "no section has " + setting);
    }

    static List<Key<?>> in(String section) {
        return ALL.stream().filter(key -> key.isIn(section)).toList();
    }

    static boolean isSection(String path) {
        return ALL.stream().anyMatch(key -> key.isIn(path));
    }

    private Keys() {}
}
