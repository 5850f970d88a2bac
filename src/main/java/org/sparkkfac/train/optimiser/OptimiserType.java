package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;

/**
 * An optimiser as a configuration names it.
 *
 * @param name in configurations, with hyphens
 * @param mode which of two optimisers of the same name
 * @param meaning one line for users
 * @param defaults of settings that it shares with others and that have no default themselves
 * @param settings those of its own
 * @param maker makes its settings record; what it asks for has an effect, all else has none
 */
public record OptimiserType(
        String name,
        Mode mode,
        String meaning,
        Map<Setting<?>, Object> defaults,
        List<Setting<?>> settings,
        Function<SettingValues, OptimiserSettings> maker) {
    /** Who chooses step length, momentum and damping. */
    public enum Mode {
        /** The user. */
        FIXED,
        /** The optimiser, in each step. */
        ADAPTIVE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One of fixed steps. */
    static OptimiserType of(String name, String meaning, Function<SettingValues, OptimiserSettings> maker) {
        return new OptimiserType(name, Mode.FIXED, meaning, Map.of(), List.of(), maker);
    }

    /** The same for adaptive steps. */
    OptimiserType adaptive() {
        return new OptimiserType(name, Mode.ADAPTIVE, meaning, defaults, settings, maker);
    }

    /** The same with a default of its own for a setting that it shares. */
    <T> OptimiserType withDefault(Setting<T> setting, T value) {
        Map<Setting<?>, Object> more = new LinkedHashMap<>(defaults);
        more.put(setting, setting.check(value));
        return new OptimiserType(name, mode, meaning, more, settings, maker);
    }

    /** The same with a setting of its own. */
    OptimiserType with(Setting<?> setting) {
        List<Setting<?>> more = new ArrayList<>(settings);
        more.add(setting);
        return new OptimiserType(name, mode, meaning, defaults, more, maker);
    }

    /** The values, and where there are none the defaults of this optimiser. */
    public SettingValues under(SettingValues values) {
        return new SettingValues() {
            @Override
            @SuppressWarnings("unchecked") // a default has its setting's type
            public <T> Optional<T> find(Setting<T> setting) {
                return values.find(setting).or(() -> Optional.ofNullable((T) defaults.get(setting)));
            }
        };
    }

    /** The optimiser's settings. */
    public OptimiserSettings create(SettingValues values) {
        return maker.apply(under(values));
    }

    @Override
    public String toString() {
        return mode == Mode.FIXED ? name : name + ", " + mode;
    }
}
