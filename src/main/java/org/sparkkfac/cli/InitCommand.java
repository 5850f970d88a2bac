package org.sparkkfac.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.Registries;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac init}. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Writes a new model: dense layers with biases, an activation between them, and random weights. Other"
                        + " networks are written by hand, as model.json and weights.safetensors.",
        footerHeading = "%nLikelihoods, with their constants:%n",
        footer = {
            "",
            "Examples:",
            "  kfac init --layers 64-32-10 --activation tanh --likelihood softmax \\",
            "      --seed 1 --output out/model",
            "  kfac init --layers 6-16-1 --activation gelu --initialization he \\",
            "      --likelihood gaussian --variance 0.5 --seed 1 \\",
            "      --output out/regression-model"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InitCommand implements Runnable {
    private CommandSpec spec;

    /** Heads the footer with the likelihoods. */
    @Spec
    void setSpec(CommandSpec value) {
        spec = value;
        UsageMessageSpec usage = value.usageMessage();
        usage.footer(Stream.concat(Registries.likelihoods(), Arrays.stream(usage.footer()))
                .toArray(String[]::new));
    }

    @Option(
            names = "--layers",
            required = true,
            paramLabel = "IN-…-OUT",
            description = "Numbers of features, of units of each hidden layer, and of outputs: 64-32-10.")
    private String layers;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "tanh",
            completionCandidates = Registries.ActivationNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String activation;

    @Option(
            names = "--likelihood",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Registries.LikelihoodNames.class,
            description = "One of ${COMPLETION-CANDIDATES}; see below.")
    private String likelihood;

    @Option(names = "--variance", paramLabel = "σ²", description = "Variance of a gaussian likelihood. Default: 1.")
    private Optional<Double> variance = Optional.empty();

    @Option(
            names = "--constant",
            paramLabel = "NAME=VALUE",
            description = "A constant of the likelihood, such as dispersion=2. May be given several times.")
    private Map<String, Double> constants = new LinkedHashMap<>();

    @Option(
            names = "--initialization",
            paramLabel = "NAME",
            defaultValue = "glorot",
            description =
                    "glorot (for tanh, sigmoid), he (for relu and its kin), lecun or zeros. Default: ${DEFAULT-VALUE}.")
    private Initialization initialization;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the weights; the same seed gives the same model. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "The directory of the model.")
    private String output;

    @Mixin
    private OverwriteOption overwrite;

    @Override
    public void run() {
        Network network = initialization.initialize(network(), seed);
        ModelDirectory.write(Location.of(output, HadoopSettings.load()), network, overwrite.overwrite());
        long parameters =
                network.layers().stream().mapToLong(layer -> layer.parameters()).sum();
        spec.commandLine()
                .getOut()
                .println(
                        "wrote a model to " + output + ": " + network + ", " + Table.count(parameters) + " parameters");
    }

    private Network network() {
        List<Integer> sizes = sizes();
        List<NodeSpec> nodes = new ArrayList<>();
        for (int i = 1; i < sizes.size(); i++) {
            boolean last = i == sizes.size() - 1;
            String name = last ? "output" : sizes.size() == 3 ? "hidden" : "hidden" + i;
            nodes.add(new NodeSpec(name, "dense", Map.of("units", sizes.get(i))));
            if (!last) {
                nodes.add(new NodeSpec(sizes.size() == 3 ? "act" : "act" + i, activation, Map.of()));
            }
        }
        variance.ifPresent(value -> constants.put("variance", value));
        return Network.of(sizes.get(0), nodes, Likelihoods.create(likelihood, constants));
    }

    private List<Integer> sizes() {
        try {
            List<Integer> sizes =
                    Arrays.stream(layers.split("-", -1)).map(Integer::valueOf).toList();
            if (sizes.size() >= 2 && sizes.stream().allMatch(size -> size >= 1)) {
                return sizes;
            }
        } catch (NumberFormatException e) {
            throw wrongSizes(e);
        }
        throw wrongSizes(null);
    }

    private UserException wrongSizes(@org.jspecify.annotations.Nullable Throwable cause) {
        String message = "--layers " + layers + ": give at least two whole numbers ≥ 1 with hyphens between: 64-32-10";
        return cause == null ? new UserException(message) : new UserException(message, cause);
    }
}
