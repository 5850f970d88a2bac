package org.sparkkfac.cli.config;

import org.sparkkfac.Setting;

/** A key of the configuration: the path of a setting, and how its value is written. No key is a prefix of another. */
record Key<T>(String path, Setting<T> setting, ValueType<T> type) {
    static <T> Key<T> of(String section, Setting<T> setting) {
        return new Key<>(section + setting.kebab(), setting, ValueType.of(setting));
    }

    boolean isIn(String section) {
        return path.startsWith(section + ".");
    }
}
