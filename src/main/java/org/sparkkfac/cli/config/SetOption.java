package org.sparkkfac.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.UserException;

/**
 * One {@code --set key=value}.
 *
 * <p>The key ends at the first {@code =}. The value is read as HOCON if it is {@code null}, a quoted string, or (where the
 * key can hold such) a list or an object, and parses as that; otherwise it is text as it stands, with its {@code //},
 * {@code *}, {@code #}, {@code =} and commas. Numbers are text too until the key asks for a number.
 *
 * <p>Within {@code spark} and {@code data.options} the rest of the key is one name, quoted or not, and what is said of
 * Spark may leave out the doubled {@code spark.}: {@code --set spark.executor.memory=4g}.
 */
final class SetOption {
    private final String argument;
    private final List<String> path;
    private final String text;

    private SetOption(String argument, List<String> path, String text) {
        this.argument = argument;
        this.path = path;
        this.text = text;
    }

    static Config parse(String argument) {
        int equals = argument.indexOf('=');
        if (equals < 1) {
            throw new UserException("--set " + argument + ": wants key=value, such as --set fisher.samples=4");
        }
        List<String> path = path(argument.substring(0, equals).trim());
        return new SetOption(argument, path, argument.substring(equals + 1).trim()).toConfig();
    }

    private Config toConfig() {
        String origin = "--set " + argument;
        ConfigValue tree = value().withOrigin(ConfigOriginFactory.newSimple(origin));
        for (int i = path.size() - 1; i >= 0; i--) {
            tree = ConfigValueFactory.fromMap(Map.of(path.get(i), tree), origin);
        }
        return ((ConfigObject) tree).toConfig();
    }

    private static List<String> path(String key) {
        if (key.startsWith("spark.")) {
            String name = unquoted(key.substring("spark.".length()));
            return List.of("spark", name.startsWith("spark.") ? name : "spark." + name);
        }
        if (key.startsWith("data.options.")) {
            return List.of("data", "options", unquoted(key.substring("data.options.".length())));
        }
        try {
            return ConfigUtil.splitPath(key);
        } catch (ConfigException e) {
            throw new UserException("--set " + key + ": is not a key; the nearest is " + NearestKey.to(key), e);
        }
    }

    private static String unquoted(String name) {
        boolean quoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1) : name;
    }

    private ConfigValue value() {
        return hocon().orElseGet(() -> ConfigValueFactory.fromAnyRef(text));
    }

    private Optional<ConfigValue> hocon() {
        boolean structure = structured() && (text.startsWith("[") || text.startsWith("{"));
        if (!structure
                && !text.startsWith("\"")
                && !text.toLowerCase(Locale.ROOT).equals("null")) {
            return Optional.empty();
        }
        var options = ConfigParseOptions.defaults().setOriginDescription("--set " + argument);
        try {
            var parsed =
                    ConfigFactory.parseString("value = " + text + "\n", options).root();
            return parsed.size() == 1 ? Optional.ofNullable(parsed.get("value")) : Optional.empty();
        } catch (ConfigException notHocon) {
            if (text.startsWith("[") && text.endsWith("]") && isList()) {
                throw new UserException("--set " + argument + ": cannot be read as a list; put what has characters such"
                        + " as * in double quotes: [\"hidden*\"]");
            }
            return Optional.empty();
        }
    }

    /** Whether the key is of lists, so that what looks like one is not a path with a glob. */
    private boolean isList() {
        String key = ConfigUtil.joinPath(path);
        return Keys.of(key).filter(known -> known.type().structured()).isPresent();
    }

    /** Whether a list or an object makes sense here: so it does for whole sections, but not for one setting in a map. */
    private boolean structured() {
        String key = ConfigUtil.joinPath(path);
        return Keys.of(key).map(known -> known.type().structured()).orElseGet(() -> Keys.isSection(key));
    }
}
