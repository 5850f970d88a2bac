package org.sparkkfac.cli.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** See {@link ValueType#settings}. */
record SettingsReader(String prefix) {
    Map<String, String> read(ConfigValue value) {
        if (!(value instanceof ConfigObject object)) {
            String text = ValueType.scalar(value, "settings in braces");
            throw new WrongValue(value, "wants settings in braces, not '" + text + "'");
        }
        Map<String, String> settings = new TreeMap<>();
        object.forEach((name, item) -> {
            if (item.valueType() != ConfigValueType.NULL) {
                settings.put(name, setting(name, item));
            }
        });
        return Collections.unmodifiableMap(settings);
    }

    private String setting(String name, ConfigValue item) {
        if (item instanceof ConfigObject nested && !nested.isEmpty()) {
            throw new WrongValue(
                    item, "a name with dots must be quoted: write \"" + name + "." + firstPath(nested) + "\" = …");
        }
        if (!name.startsWith(prefix)) {
            throw new WrongValue(
                    item,
                    "\"" + name + "\" does not start with " + prefix + "; did you mean \"" + prefix + name + "\"?");
        }
        return Secrets.refuseHidden(item, name, ValueType.scalar(item, "text for \"" + name + "\""));
    }

    private static String firstPath(ConfigObject nested) {
        String name = nested.keySet().stream().sorted().findFirst().orElseThrow();
        return nested.get(name) instanceof ConfigObject inner && !inner.isEmpty()
                ? name + "." + firstPath(inner)
                : name;
    }
}
