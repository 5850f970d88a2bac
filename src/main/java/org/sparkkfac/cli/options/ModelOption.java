package org.sparkkfac.cli.options;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Network;
import picocli.CommandLine.Option;

/** {@code --model}, for the commands that use a model as it is. */
public final class ModelOption {
    @Option(names = "--model", paramLabel = "DIR", description = "The model. Default: model.path of the configuration.")
    private Optional<String> model = Optional.empty();

    /** Where it is. */
    public String path(KfacConfig config) {
        return model.orElseGet(() -> config.modelPath());
    }

    /** Reads it. */
    public Network read(KfacConfig config, Configuration hadoop) {
        return ModelDirectory.read(Location.of(path(config), hadoop));
    }
}
