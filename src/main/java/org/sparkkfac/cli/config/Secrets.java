package org.sparkkfac.cli.config;

import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Keeps passwords and keys among the settings of Spark and of data sources out of manifests and terminals. What counts as
 * a secret is Spark's own {@code spark.redaction.regex}, and {@code url}, as JDBC keeps passwords there.
 */
final class Secrets {
    private static final String HIDDEN = "(hidden)";
    private static final Pattern NAME = Pattern.compile("(?i)secret|password|token|access[.]?key|api[.]?key|^url$");

    private Secrets() {}

    static Map<String, String> hide(Map<String, String> settings) {
        Map<String, String> shown = new TreeMap<>(settings);
        shown.replaceAll((name, value) -> NAME.matcher(name).find() ? HIDDEN : value);
        return shown;
    }

    /** Refuses a printed configuration whose secrets have not been put back. */
    static String refuseHidden(ConfigValue at, String name, String value) {
        if (value.equals(HIDDEN)) {
            throw new WrongValue(at, "\"" + name + "\" was hidden when this was printed; put its value back");
        }
        return value;
    }
}
