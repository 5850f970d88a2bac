package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.PreconditionSettings;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.Registries;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.HeldOutDamping;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.InversionTasks;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.Software;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac invert}. */
@Command(
        name = "invert",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Inverts the Fisher blocks of all layers, damped, on this machine, and writes them as a"
                + " preconditioner. Starts no Spark unless told to, with --on-executors.",
        footerHeading = "%nMethods:%n",
        footer = {
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
    private CommandSpec spec;

    /** Heads the footer with the methods. */
    @Spec
    void setSpec(CommandSpec value) {
        spec = value;
        UsageMessageSpec usage = value.usageMessage();
        usage.footer(Stream.concat(Registries.methods(), Arrays.stream(usage.footer()))
                .toArray(String[]::new));
    }

    @Option(
            names = "--statistics",
            required = true,
            paramLabel = "DIR",
            description = "The statistics that kfac collect wrote.")
    private String statistics;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description =
                    "One of ${COMPLETION-CANDIDATES}; see below. Default: precondition.method of the configuration,"
                            + " else eigen.")
    private @Nullable Method method;

    @Mixin
    private DampingOptions damping;

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

    @Option(
            names = "--on-executors",
            description = "Start Spark, and let a task of its own invert each layer for which the heap of this process"
                    + " has no room.")
    private boolean onExecutors;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private NativeOption nativeOption;

    @Override
    public Integer call() throws Exception {
        if (threads < 1) {
            throw new UserException("--threads must be at least 1, not " + threads);
        }
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        if (config.isPresent()) {
            invert(config.get(), settings(config.get()), new StageTimes());
        }
        return ExitCodes.DONE;
    }

    private void invert(KfacConfig config, PreconditionSettings settings, StageTimes stages) throws Exception {
        damping.check();
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        Location destination = Location.of(output, hadoop);
        if (destination.path().equals(Location.of(statistics, hadoop).path())) {
            throw new UserException(
                    "--output " + output + ": is where the statistics are, which would be lost; choose another path");
        }
        PreconditionerArtefact.checkDestination(destination, overwrite.overwrite());
        nativeOption.choose(config.blas());
        StatisticsArtefact source = stages.time("read", () -> StatisticsArtefact.read(Location.of(statistics, hadoop)));
        Method chosen = settings.method();
        FisherBlocks blocks = blocks(statistics, source, chosen);
        Optional<HeldOutDamping.Choice> choice = damping.isAuto()
                ? Optional.of(stages.time("choose the damping", () -> choice(source, chosen, hadoop)))
                : Optional.empty();
        Damping lambda =
                choice.map(found -> Damping.absolute(found.best().damping())).orElse(settings.damping());
        DampingRule rule = damping.rule(lambda);
        Preconditioner preconditioner = onExecutors
                ? invertOnExecutors(config, blocks, chosen, rule, stages)
                : stages.time("invert", () -> Preconditioner.invert(blocks, chosen, rule, threads));
        Provenance provenance =
                new Provenance(provenance(choice), source.manifest().withObject("/data"), Software.versions());
        stages.time("write", () -> {
            PreconditionerArtefact.write(
                    destination, preconditioner, lambda, source.manifest(), provenance, overwrite.overwrite());
            return destination;
        });
        stages.wrote("a preconditioner", output);
        report(preconditioner, choice, stages);
    }

    private Preconditioner invertOnExecutors(
            KfacConfig config, FisherBlocks blocks, Method chosen, DampingRule rule, StageTimes stages)
            throws Exception {
        String master = spark.master(config.sparkConf());
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac invert", master, config.sparkConf()));
        try {
            InversionTasks tasks = InversionTasks.of(blocks, chosen, session, config.blas());
            return stages.time("invert", () -> tasks.invert(blocks, chosen, rule, threads));
        } finally {
            session.stop();
        }
    }

    private HeldOutDamping.Choice choice(StatisticsArtefact source, Method chosen, Configuration hadoop) {
        String path = damping.validation();
        StatisticsArtefact heldOut = StatisticsArtefact.read(Location.of(path, hadoop));
        refuseSameRows(source, heldOut);
        checkGradient(statistics, source);
        checkGradient(path, heldOut);
        blocks(path, heldOut, chosen);
        return SparkKfac.chooseDamping(source.statistics(), heldOut.statistics(), chosen, threads);
    }

    /** On the rows themselves, no damping at all looks best. */
    private void refuseSameRows(StatisticsArtefact source, StatisticsArtefact heldOut) {
        String fingerprint = source.manifest().path("data").path("fingerprint").asText();
        if (!fingerprint.isEmpty()
                && fingerprint.equals(
                        heldOut.manifest().path("data").path("fingerprint").asText())) {
            throw new UserException(
                    "--validation " + damping.validation() + ": holds the same rows as --statistics (data"
                            + " fingerprint " + fingerprint + "); give statistics of other rows, held out");
        }
    }

    private static void checkGradient(String path, StatisticsArtefact artefact) {
        if (artefact.statistics().meanGradient().isEmpty()) {
            throw new UserException(
                    StatisticsArtefact.noGradient(path, artefact.manifest()) + ", or give --damping a number");
        }
    }

    /** Where the preconditioner comes from, with every λ that was tried. */
    private ObjectNode provenance(Optional<HeldOutDamping.Choice> choice) {
        ObjectNode config = Json.object().put("statistics", statistics);
        choice.ifPresent(found -> {
            config.put("validation", damping.validation());
            ObjectNode rule = config.putObject("damping_auto").put("rule", "held-out quadratic model");
            ArrayNode sweep = rule.putArray("sweep");
            found.sweep()
                    .forEach(trial ->
                            sweep.addObject().put("damping", trial.damping()).put("held_out_change", trial.change()));
        });
        return config;
    }

    /** The flags over the configuration. */
    private PreconditionSettings settings(KfacConfig config) {
        PreconditionSettings configured = config.precondition();
        return new PreconditionSettings(
                method == null ? configured.method() : method, damping.orElse(configured.damping()));
    }

    private static FisherBlocks blocks(String path, StatisticsArtefact source, Method wanted) {
        try {
            return FisherBlocks.of(source.statistics(), wanted.structure());
        } catch (UserException e) {
            throw new UserException(path + ": " + e.getMessage(), e);
        }
    }

    private void report(Preconditioner preconditioner, Optional<HeldOutDamping.Choice> choice, StageTimes stages) {
        PrintWriter out = spec.commandLine().getOut();
        choice.ifPresent(found -> out.println("damping auto: of "
                + found.sweep().size() + " dampings from "
                + Table.number(found.sweep().get(0).damping()) + " to "
                + Table.number(found.sweep().get(found.sweep().size() - 1).damping()) + ", "
                + Table.number(found.best().damping()) + " lowers the held-out loss most, by "
                + Table.number(-found.best().change()) + " in the linearised model"));
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
