package org.sparkkfac.cli;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.ModelDirectory;
import org.sparkkfac.nn.Network;
import picocli.CommandLine.Option;

/** {@code --model}, for the commands that use a model as it is. */
final class ModelOption {
    @Option(names = "--model", paramLabel = "DIR", description = "The model. Default: model.path of the configuration.")
    private Optional<String> model = Optional.empty();

    /** Where it is. */
    String path(KfacConfig config) {
        return model.orElseGet(() -> config.model().path());
    }

    /** Reads it. */
    Network read(KfacConfig config, Configuration hadoop) {
        return ModelDirectory.read(Location.of(path(config), hadoop));
    }
}
