package org.sparkkfac;

import java.util.Optional;

/** The values of settings, as a front end has them from its user. */
public interface SettingValues {
    /** The value, be it set or a default; empty if the setting is optional and has none. */
    <T> Optional<T> find(Setting<T> setting);

    /** The value of a setting that always has one. */
    default <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> setting.invalid("is not set"));
    }
}
