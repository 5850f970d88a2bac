package org.sparkkfac.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.InvalidSettingException;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.UserException;

/** The merged tree of values, each with its origin; finds values and words the refusals. */
final class ConfigSource implements SettingValues {
    /** The most unknown keys that are named. */
    private static final int MOST_PROBLEMS = 4;

    private final ConfigObject root;

    private ConfigSource(ConfigObject root) {
        this.root = root;
    }

    static ConfigSource load(Optional<Path> file, List<String> sets) {
        try {
            Config config = ConfigFactory.empty();
            for (String set : sets) {
                config = SetOption.parse(set).withFallback(config);
            }
            if (file.isPresent()) {
                config = config.withFallback(parse(file.get()));
            }
            ConfigSource source = new ConfigSource(
                    config.withFallback(ReferenceConf.parse()).resolve().root());
            source.refuseUnknownKeys();
            return source;
        } catch (ConfigException e) {
            throw new UserException(where(e.origin()) + ": " + problem(e), e);
        }
    }

    private static Config parse(Path file) {
        if (!Files.exists(file)) {
            throw new UserException(file + ": there is no such configuration file; check the path after --conf");
        }
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": is a directory, not a configuration file; check the path after --conf");
        }
        return ConfigFactory.parseFile(
                file.toFile(),
                ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false));
    }

    @Override
    public <T> Optional<T> find(Setting<T> setting) {
        Key<T> key = Keys.of(setting);
        ConfigValue value = lookup(key.path());
        if (value == null || value.valueType() == ConfigValueType.NULL) {
            if (!setting.isOptional()) {
                throw refusal(key, "must not be null; leave the key out to have its default");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(key.type().read().apply(value));
        } catch (WrongValue e) {
            throw refusal(key.path(), e.origin(), e.problem());
        }
    }

    /** The value of a setting that the command cannot do without. */
    @Override
    public <T> T get(Setting<T> setting) {
        String key = Keys.of(setting).path();
        return find(setting)
                .orElseThrow(() -> new UserException(
                        key + " is not set; give it in the file of --conf, or with --set " + key + "=…"));
    }

    /** Whether the file or an option sets a key, be it to its default. */
    boolean isSet(Key<?> key) {
        ConfigValue value = lookup(key.path());
        return value != null && !where(value.origin()).equals("default");
    }

    /** What is made of the values; a refusal of one names its key and the place of its value. */
    <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (InvalidSettingException e) {
            String mends =
                    e.mending().stream().map(setting -> Keys.of(setting).path()).collect(Collectors.joining(", "));
            throw refusal(Keys.of(e.setting()), e.reason() + (mends.isEmpty() ? "" : " (" + mends + ")"));
        }
    }

    /** {@code key (place of its value): problem}. */
    private UserException refusal(Key<?> key, String problem) {
        ConfigValue value = lookup(key.path());
        return refusal(key.path(), value == null ? null : value.origin(), problem);
    }

    /** {@code key (place of its value)}. */
    String place(Key<?> key) {
        ConfigValue value = lookup(key.path());
        return key.path() + " (" + where(value == null ? null : value.origin()) + ")";
    }

    private static UserException refusal(String key, @Nullable ConfigOrigin origin, String problem) {
        return new UserException(key + " (" + where(origin) + "): " + problem);
    }

    private @Nullable ConfigValue lookup(String path) {
        ConfigValue value = root;
        for (String name : ConfigUtil.splitPath(path)) {
            if (!(value instanceof ConfigObject object)) {
                return null;
            }
            value = object.get(name);
        }
        return value;
    }

    private void refuseUnknownKeys() {
        List<String> problems = new ArrayList<>();
        visit("", root, problems);
        if (!problems.isEmpty()) {
            int shown = Math.min(problems.size(), MOST_PROBLEMS);
            String more = shown < problems.size()
                    ? "; and " + (problems.size() - shown) + " more keys; is this a configuration of spark-kfac?"
                    : "";
            throw new UserException(String.join("; ", problems.subList(0, shown)) + more);
        }
    }

    private static void visit(String prefix, ConfigObject object, List<String> problems) {
        new TreeMap<>(object).forEach((name, value) -> {
            String path = prefix + ConfigUtil.joinPath(name);
            String place = " (" + where(value.origin()) + ")";
            if (Keys.of(path).isPresent()) {
                return;
            }
            if (value instanceof ConfigObject section && !section.isEmpty()) {
                visit(path + ".", section, problems);
            } else if (!Keys.isSection(path)) {
                problems.add(path + place + ": unknown key; did you mean " + NearestKey.to(path) + "?");
            } else if (!(value instanceof ConfigObject)) {
                problems.add(path + place + ": is a section; set one of its keys, such as "
                        + Keys.in(path).get(0).path());
            }
        });
    }

    /** {@code conf/digits.conf:7} or {@code --set fisher.samples=0}. */
    private static String where(@Nullable ConfigOrigin origin) {
        if (origin == null) {
            return "configuration";
        }
        String filename = origin.filename();
        String place = filename == null ? origin.description().replaceFirst(": \\d+$", "") : filename;
        if (place.endsWith("reference.conf")) {
            return "default";
        }
        return filename == null || origin.lineNumber() < 1 ? place : filename + ":" + origin.lineNumber();
    }

    /** The library's message without the place, which it puts in front, in one line. */
    private static String problem(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        ConfigOrigin origin = e.origin();
        if (origin != null && message.startsWith(origin.description() + ": ")) {
            message = message.substring(origin.description().length() + 2);
        }
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
