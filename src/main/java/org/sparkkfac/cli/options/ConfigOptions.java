package org.sparkkfac.cli.options;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.cli.config.KfacConfig;
import picocli.CommandLine.Option;

/** {@code --conf}, {@code --set} and {@code --print-config}, for every command that reads the configuration. */
public final class ConfigOptions {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigOptions.class);

    @Option(names = "--conf", paramLabel = "FILE", description = "The configuration, in HOCON or JSON.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Overrides one key of the configuration; may be repeated. The value is HOCON if it is null, a quoted"
                            + " string, a list or an object; otherwise it is text as it stands.")
    private List<String> sets = new ArrayList<>();

    @Option(names = "--print-config", description = "Print the effective configuration and stop.")
    private boolean printConfig;

    /** The effective configuration. */
    public KfacConfig load() {
        return KfacConfig.load(file, sets);
    }

    /**
     * The effective configuration; empty if it was only to be printed, which has then been done. What is set without
     * effect is warned of.
     */
    public Optional<KfacConfig> loadOrPrint(PrintWriter out) {
        KfacConfig config = load();
        config.withoutEffect().forEach(LOG::warn);
        if (!printConfig) {
            return Optional.of(config);
        }
        out.print(config.render());
        out.flush();
        return Optional.empty();
    }
}
