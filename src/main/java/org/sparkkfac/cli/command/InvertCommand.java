package org.sparkkfac.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.Registries;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.HeldOutDamping;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.InversionTasks;
import org.sparkkfac.spark.SparkKfac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac invert}. */
@Command(
        name = "invert",
        description = "Inverts the Fisher blocks of all layers, damped, on this machine, and writes them as a"
                + " preconditioner. Starts no Spark without --on-executors.",
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
final class InvertCommand extends ConfiguredCommand {
    /** Heads the footer. */
    @Spec
    void headFooter(CommandSpec own) {
        Registries.headFooter(own, Registries.methods());
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
    private OverwriteOption overwrite;

    @Override
    int run(KfacConfig config) throws Exception {
        Location destination = destination(hadoop(config));
        chooseBlas(config);
        StatisticsArtefact source = stages.time("read", () -> read(statistics, config));
        Method chosen = method == null ? config.precondition().method() : method;
        FisherBlocks blocks = blocks(statistics, source, chosen);
        Optional<HeldOutDamping.Choice> choice = damping.isAuto()
                ? Optional.of(stages.time("choose the damping", () -> choice(source, chosen, config)))
                : Optional.empty();
        Damping lambda = choice.map(found -> Damping.absolute(found.best().damping()))
                .orElse(damping.orElse(config.precondition().damping()));
        DampingRule rule = damping.rule(lambda);
        Preconditioner preconditioner = onExecutors
                ? inSession(config, Map.of(), session -> {
                    InversionTasks tasks = InversionTasks.of(blocks, chosen, session, config.blas());
                    return stages.time("invert", () -> tasks.invert(blocks, chosen, rule, threads));
                })
                : stages.time("invert", () -> Preconditioner.invert(blocks, chosen, rule, threads));
        stages.time("write", () -> {
            SparkKfac.writePreconditioner(
                    destination, preconditioner, lambda, source, provenance(choice), overwrite.overwrite());
            return destination;
        });
        stages.wrote("a preconditioner", output);
        report(preconditioner, choice);
        return ExitCodes.DONE;
    }

    /** Where to write, after the checks that need nothing read. */
    private Location destination(Configuration hadoop) {
        if (threads < 1) {
            throw new UserException("--threads must be at least 1, not " + threads);
        }
        damping.check();
        Location destination = location(output, hadoop);
        if (destination.path().equals(location(statistics, hadoop).path())) {
            throw new UserException(
                    "--output " + output + ": is where the statistics are, which would be lost; choose another path");
        }
        PreconditionerArtefact.checkDestination(destination, overwrite.overwrite());
        return destination;
    }

    private static StatisticsArtefact read(String path, KfacConfig config) {
        return StatisticsArtefact.read(location(path, hadoop(config)));
    }

    private HeldOutDamping.Choice choice(StatisticsArtefact source, Method chosen, KfacConfig config) {
        String path = damping.validation();
        StatisticsArtefact heldOut = read(path, config);
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

    private static FisherBlocks blocks(String path, StatisticsArtefact source, Method wanted) {
        try {
            return FisherBlocks.of(source.statistics(), wanted.structure());
        } catch (UserException e) {
            throw e.within(path);
        }
    }

    private void report(Preconditioner preconditioner, Optional<HeldOutDamping.Choice> choice) {
        Table table = new Table("layer", "parameters", "method", "damping λ");
        for (LayerInverse layer : preconditioner.layers()) {
            table.add(
                    layer.layer().name(),
                    Table.count(layer.layer().parameters()),
                    preconditioner.method().toString(),
                    Table.number(layer.damping()));
        }
        print(choice.map(InvertCommand::sweep).orElse(""), table, stages.summary());
    }

    private static String sweep(HeldOutDamping.Choice choice) {
        int count = choice.sweep().size();
        return "damping auto: of " + count + " dampings from "
                + Table.number(choice.sweep().get(0).damping()) + " to "
                + Table.number(choice.sweep().get(count - 1).damping()) + ", "
                + Table.number(choice.best().damping()) + " lowers the held-out loss most, by "
                + Table.number(-choice.best().change()) + " in the linearised model\n";
    }
}
