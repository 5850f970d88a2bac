package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;

/** All optimisers. A new one is a file with its {@link OptimiserType}, and a line here. */
public final class Optimisers {
    private static final List<OptimiserType> TYPES = List.of(
            CurvatureSettings.KFAC,
            AdaptiveSettings.KFAC,
            CurvatureSettings.EKFAC,
            CurvatureSettings.NATURAL_GRADIENT,
            CurvatureSettings.DIAGONAL,
            SgdSettings.SGD,
            AdamSettings.ADAM);

    public static final Setting<String> OPTIMISER = Setting.oneOf("optimiser", names(), "how steps are made");
    public static final Setting<OptimiserType.Mode> MODE = Setting.<OptimiserType.Mode>of(
                    "mode",
                    OptimiserType.Mode.class,
                    "fixed: learning rate, momentum and damping as given; one Spark job a step | adaptive (kfac only)")
            .withDefault(OptimiserType.Mode.FIXED);

    private Optimisers() {}

    /** All of them, in the order in which they are shown. */
    public static List<OptimiserType> types() {
        return TYPES;
    }

    /** Their names, each once. */
    public static List<String> names() {
        return TYPES.stream().map(OptimiserType::name).distinct().toList();
    }

    /** The optimiser of a name in a mode, if there is one. */
    public static Optional<OptimiserType> find(String name, OptimiserType.Mode mode) {
        return TYPES.stream()
                .filter(type -> type.name().equals(name) && type.mode() == mode)
                .findFirst();
    }

    /**
     * The optimiser that is chosen.
     *
     * @throws org.sparkkfac.InvalidSettingException if it does not come in this mode
     */
    public static OptimiserType of(SettingValues values) {
        OptimiserType.Mode mode = values.get(MODE);
        return find(values.get(OPTIMISER), mode)
                .orElseThrow(() -> MODE.invalid(
                        "\"" + mode + "\" is for " + names(mode) + " only; choose another mode, or another optimiser",
                        OPTIMISER));
    }

    private static String names(OptimiserType.Mode mode) {
        return TYPES.stream()
                .filter(type -> type.mode() == mode)
                .map(OptimiserType::name)
                .collect(Collectors.joining(", "));
    }
}
