package org.sparkkfac.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.PreconditionSettings;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.Json;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.PreconditionerArtefact;
import org.sparkkfac.io.Provenance;
import org.sparkkfac.io.StatisticsArtefact;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac invert}. */
@Command(
        name = "invert",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Inverts the Fisher blocks of all layers, damped, on this machine, and writes them as a"
                + " preconditioner. Starts no Spark.",
        footerHeading = "%nMethods:%n",
        footer = {
            "  factored  (A + π√λ I)⁻¹ ⊗ (G + √λ/π I)⁻¹; cheapest; from kronecker",
            "  eigen     (A ⊗ G + λI)⁻¹ in the eigenbasis; from kronecker",
            "  exact     (F + λI)⁻¹ of the exact blocks; small layers only; from exact-block",
            "  diagonal  elementwise; from diagonal",
            "",
            "Examples:",
            "  kfac invert --statistics out/digits-statistics --method eigen \\",
            "      --damping 1e-3 --output out/preconditioner",
            "  kfac invert --statistics out/digits-statistics --conf conf/digits.conf \\",
            "      --output out/preconditioner",
            "  kfac invert --statistics out/digits-statistics --method factored \\",
            "      --relative-damping 0.1 --output out/preconditioner --overwrite"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--statistics",
            required = true,
            paramLabel = "DIR",
            description = "The statistics that kfac collect wrote.")
    private String statistics;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "factored, eigen, exact or diagonal; see below. Default: precondition.method of the"
                    + " configuration, else eigen.")
    private @Nullable Method method;

    @ArgGroup
    private @Nullable DampingOptions damping;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the preconditioner.")
    private String output;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that work on it. Default: all processors of this machine.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private NativeOption nativeOption;

    /** One of the two. */
    static final class DampingOptions {
        @Option(
                names = "--damping",
                required = true,
                paramLabel = "λ",
                description =
                        "Added to every eigenvalue of a block. Default: precondition.damping of the configuration,"
                                + " else 1e-3.")
        private @Nullable Double absolute;

        @Option(
                names = "--relative-damping",
                required = true,
                paramLabel = "C",
                description = "λ is C times the mean eigenvalue of the block.")
        private @Nullable Double relative;

        Damping damping() {
            return relative != null ? Damping.relative(relative) : Damping.absolute(absolute == null ? 1e-3 : absolute);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (threads < 1) {
            throw new UserException("--threads must be at least 1, not " + threads);
        }
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            invert(config.get(), settings(config.get()), new Stages());
        }
        return ExitCodes.DONE;
    }

    private void invert(KfacConfig config, PreconditionSettings settings, Stages stages) throws Exception {
        Damping lambda = settings.damping();
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        Location destination = Location.of(output, hadoop);
        if (destination.path().equals(Location.of(statistics, hadoop).path())) {
            throw new UserException(
                    "--output " + output + ": is where the statistics are, which would be lost; choose another path");
        }
        PreconditionerArtefact.checkDestination(destination, overwrite.overwrite());
        nativeOption.choose(config.blas());
        StatisticsArtefact source = stages.time("read", () -> StatisticsArtefact.read(Location.of(statistics, hadoop)));
        Preconditioner preconditioner = stages.time(
                "invert",
                () -> Preconditioner.invert(blocks(source, settings.method()), settings.method(), lambda, threads));
        Provenance provenance = new Provenance(
                Json.object(java.util.Map.of("statistics", statistics)),
                source.manifest().withObject("/data"),
                Version.software());
        stages.time("write", () -> {
            PreconditionerArtefact.write(
                    destination, preconditioner, lambda, source.manifest(), provenance, overwrite.overwrite());
            return destination;
        });
        stages.wrote("a preconditioner", output);
        report(preconditioner, stages);
    }

    /** The flags over the configuration. */
    private PreconditionSettings settings(KfacConfig config) {
        PreconditionSettings configured = config.precondition();
        return new PreconditionSettings(
                method == null ? configured.method() : method,
                damping == null ? configured.damping() : damping.damping());
    }

    private FisherBlocks blocks(StatisticsArtefact source, Method wanted) {
        try {
            return FisherBlocks.of(source.statistics(), wanted.structure());
        } catch (UserException e) {
            throw new UserException(statistics + ": " + e.getMessage(), e);
        }
    }

    private void report(Preconditioner preconditioner, Stages stages) {
        PrintWriter out = spec.commandLine().getOut();
        Table table = new Table("layer", "parameters", "method", "damping λ");
        for (LayerInverse layer : preconditioner.layers()) {
            table.add(
                    layer.layer().name(),
                    Table.count(layer.layer().parameters()),
                    preconditioner.method().toString(),
                    Table.number(layer.damping()));
        }
        out.print(table);
        out.print(stages.summary());
        out.flush();
    }
}
