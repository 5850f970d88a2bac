package org.sparkkfac.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.Registries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.spark.InitOptions;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac init}. */
@Command(
        name = "init",
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
final class InitCommand extends Subcommand {
    private static final Pattern SIZES = Pattern.compile("[1-9][0-9]{0,8}(-[1-9][0-9]{0,8})+");

    /** Heads the footer. */
    @Spec
    void headFooter(CommandSpec own) {
        Registries.headFooter(own, Registries.likelihoods());
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
    int run() {
        variance.ifPresent(value -> constants.put("variance", value));
        Network network = SparkKfac.init(
                new InitOptions(sizes(), activation, Likelihoods.create(likelihood, constants), initialization, seed));
        SparkKfac.writeModel(location(output), network, overwrite.overwrite());
        long parameters =
                network.layers().stream().mapToLong(LayerShape::parameters).sum();
        print("wrote a model to " + output + ": " + network + ", " + Table.count(parameters) + " parameters\n");
        return ExitCodes.DONE;
    }

    private List<Integer> sizes() {
        if (!SIZES.matcher(layers).matches()) {
            throw new UserException(
                    "--layers " + layers + ": give at least two whole numbers ≥ 1 with hyphens between: 64-32-10");
        }
        return Arrays.stream(layers.split("-")).map(Integer::valueOf).toList();
    }
}
