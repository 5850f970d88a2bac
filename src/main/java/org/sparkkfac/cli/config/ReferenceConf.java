package org.sparkkfac.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.train.optimiser.OptimiserType;
import org.sparkkfac.train.optimiser.Optimisers;

/**
 * The file of defaults and explanations. Its source has prose for everything but what single optimisers set: that follows
 * from {@link Optimisers} and is put in here, by the build for the file in the jar, and else when it is read.
 */
public final class ReferenceConf {
    static final String NAME = "reference.conf";

    private static final int WIDTH = 110;

    /** Where in the section of training the optimisers come. */
    private static final String PLACE = "  # @optimisers\n";

    private ReferenceConf() {}

    /** Writes the whole file: from the source, the first argument, to the second. A step of the build. */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[1]), whole(Files.readString(Path.of(args[0]))));
    }

    static Config parse() {
        return ConfigFactory.parseString(text(), ConfigParseOptions.defaults().setOriginDescription(NAME));
    }

    /**
     * The file that lies in the same jar as this class. Other jars may bring files of that name whose keys are not ours, and
     * the library's own way of loading it would mix in the system properties {@code spark.*}.
     */
    static String text() {
        String here = "/" + ReferenceConf.class.getName().replace('.', '/') + ".class";
        URL self = Objects.requireNonNull(ReferenceConf.class.getResource(here));
        try (InputStream file = new URL(self.toString().replace(here, "/" + NAME)).openStream()) {
            return whole(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("no " + NAME + " beside " + self, e);
        }
    }

    /** The source with what each optimiser is, what it takes where a key is null, and the section of its own settings. */
    static String whole(String source) {
        String optimisers =
                Optimisers.types().stream().map(ReferenceConf::section).collect(Collectors.joining());
        return source.replace(PLACE, optimisers);
    }

    private static String section(OptimiserType type) {
        String head = "  # " + type + ": " + type.meaning() + "\n" + defaults(type);
        if (type.settings().isEmpty()) {
            return head;
        }
        return head + "  " + type.name() + " {\n"
                + type.settings().stream().map(ReferenceConf::lines).collect(Collectors.joining()) + "  }\n";
    }

    private static String defaults(OptimiserType type) {
        String shown = type.defaults().entrySet().stream()
                .map(entry -> name(entry.getKey()) + " " + entry.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
        return shown.isEmpty() ? "" : WordUtils.wrap("  #   where null: " + shown, WIDTH, "\n  #     ", false) + "\n";
    }

    private static String name(Setting<?> setting) {
        return Keys.of(setting).path().substring(Keys.TRAIN.length() + 1);
    }

    private static <T> String lines(Setting<T> setting) {
        String range =
                setting.range().map(Range::words).map(words -> ", " + words).orElse("");
        Object value = setting.standard().map(Keys.of(setting).type().show()).orElse(null);
        Object shown = value instanceof String ? "\"" + value + "\"" : value;
        return "    # " + setting.meaning() + range + ".\n    " + setting.kebab() + " = " + shown + "\n";
    }
}
