package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.TrainSettings;
import org.sparkkfac.io.Checkpoint;
import org.sparkkfac.io.CheckpointStore;
import org.sparkkfac.io.Course;
import org.sparkkfac.io.Json;
import org.sparkkfac.io.Location;
import org.sparkkfac.io.MetricsFile;
import org.sparkkfac.io.ModelDirectory;
import org.sparkkfac.io.Provenance;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.spark.InversionTasks;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.Software;
import org.sparkkfac.spark.SparkStepPass;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.train.StopReason;
import org.sparkkfac.train.Surroundings;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.TrainingState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kfac train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Trains a model: natural-gradient steps on the driver that alternate with statistics collected by"
                + " Spark. Writes the model, its last statistics and preconditioner, the metrics of every step and"
                + " learning curves; checkpoints on the way.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kfac train --conf conf/train-digits.conf",
            "  kfac train --conf conf/train-digits.conf --resume",
            "  kfac train --conf conf/train-digits.conf --overwrite \\",
            "      --set train.mode=adaptive --set train.batch-rows=null",
            "  kfac train --conf my.conf --set train.optimiser=adam \\",
            "      --set train.stop.seconds=600",
            "",
            "Ctrl-C ends the training after the step at hand, which is kept for --resume.",
            "Every key of the section train is explained in reference.conf.",
            "Afterwards: kfac evaluate, kfac predict, kfac solve, kfac report"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

    /** Of the many jobs of a training Spark's own account keeps a few. */
    private static final Map<String, String> MANY_SMALL_JOBS = Map.of(
            "spark.ui.retainedJobs", "50",
            "spark.ui.retainedStages", "50",
            "spark.ui.retainedTasks", "1000");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions configuration;

    @Mixin
    private SparkOptions spark;

    @Option(
            names = "--resume",
            description = "Go on from the last checkpoint, to the same numbers as if nothing had happened; from the"
                    + " beginning if there is none.")
    private boolean resume;

    @Option(
            names = "--overwrite",
            description = "Begin anew where a training is already: its checkpoints go, and its results once there are"
                    + " new ones.")
    private boolean overwrite;

    @Mixin
    private NativeOption nativeOption;

    @Override
    public Integer call() throws Exception {
        if (resume && overwrite) {
            throw new UserException("--resume goes on with a training and --overwrite begins anew; give one of them");
        }
        Optional<KfacConfig> config =
                configuration.loadOrPrint(spec.commandLine().getOut());
        return config.isPresent() ? train(config.get(), new Stages()) : ExitCodes.DONE;
    }

    /** The rows, kept by Spark, and where it has room for inversions. */
    private record Rows(
            SparkSession session, SparkStepPass training, Optional<SparkStepPass> validation, Inversion inversion) {
        /** Lets the job at hand fail. */
        void giveUp() {
            session.sparkContext().cancelAllJobs();
        }
    }

    private int train(KfacConfig config, Stages stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        TrainSettings settings = config.train();
        TrainingOutput output = new TrainingOutput(config.output().path(), settings.checkpoints(), hadoop);
        output.check(resume, overwrite);
        RowSource source = RowSource.of(config, hadoop);
        Optional<RowSource> validation = RowSource.ofValidation(config, hadoop);
        Optional<Quarantine> quarantine = source.quarantine(Map.of("output.path", output.root()), overwrite || resume);
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        LOG.info("model {}: {}", config.model().path(), network);
        nativeOption.choose(config.blas());
        Map<String, String> sparkSettings = new TreeMap<>(MANY_SMALL_JOBS);
        sparkSettings.putAll(config.sparkConf());
        String master = spark.master(config.sparkConf());
        TrainingCost cost = Outlook.of(config, source, network, master).training(validation);
        cost.check();
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac train", master, sparkSettings));
        try {
            Rows rows = stages.time(
                    "read",
                    () -> new Rows(
                            session,
                            open(source, session, network, quarantine),
                            validation.map(some -> open(some, session, network, Optional.empty())),
                            InversionTasks.beyond(cost.inversion().room(), session, config.blas())));
            rows.training().reserve(cost.held(), cost.kept().inMemory());
            spec.commandLine().getOut().print(RowSource.leftOut(rows.training().skipped(), quarantine));
            return train(config, settings, network, rows, output, stages);
        } finally {
            session.stop();
        }
    }

    private static SparkStepPass open(
            RowSource source, SparkSession session, Network network, Optional<Quarantine> quarantine) {
        RowSource.Opened rows = source.open(session, network, quarantine);
        return SparkStepPass.open(rows.dataset(), rows.options(), network, StorageLevel.MEMORY_AND_DISK());
    }

    private int train(
            KfacConfig config, TrainSettings settings, Network network, Rows rows, TrainingOutput output, Stages stages)
            throws Exception {
        Course course = course(settings, network, rows);
        Course stop = new Course(Json.object(settings.stop()));
        if (overwrite) {
            output.forget();
        }
        Optional<Checkpoint> last =
                new CheckpointStore(output.checkpoints(), settings.keep(), course, stop, () -> new byte[0]).latest();
        TrainingResult result;
        CheckpointStore store;
        int signalled;
        try (StopSignals signals = new StopSignals(TrainCommand::announceStop, rows::giveUp);
                MetricsFile metrics = MetricsFile.begin(
                        output.metrics(), last.map(Checkpoint::metrics).orElse(new byte[0]))) {
            store = new CheckpointStore(output.checkpoints(), settings.keep(), course, stop, metrics::bytes);
            Trainer trainer = new Trainer(
                    network,
                    rows.training(),
                    rows.validation().map(pass -> (StepPass) pass),
                    settings.training(),
                    TrainingProgress.around(metrics, settings.training().stopping()),
                    store,
                    Surroundings.ofThisMachine(Runtime.getRuntime().availableProcessors())
                            .withStop(signals::isStopRequested)
                            .withInversion(rows.inversion()));
            result = stages.time("train", () -> run(trainer, last, stop));
            signalled = signals.exitCode();
        }
        if (result.reason() == StopReason.REQUEST) {
            reportStop(result, output);
            return signalled;
        }
        Optional<Checkpoint> best = rows.validation().isPresent() ? store.best() : Optional.empty();
        Network model = best.map(checkpoint -> network.withParameters(
                        checkpoint.state(network.layers()).model()))
                .orElse(result.model());
        stages.time("write", () -> {
            Provenance provenance = provenance(config, network, rows.training());
            output.write(model, result.state().memory(), config.fisher(), provenance, stages);
            output.draw(settings(config), stages);
            return output;
        });
        report(model, result, best, rows, stages);
        return ExitCodes.DONE;
    }

    private static void announceStop() {
        LOG.info("asked to stop: the step at hand is finished and kept; a second signal would end without it");
    }

    private void reportStop(TrainingResult result, TrainingOutput output) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "kfac: stopped by a signal after step %s, which is kept in %s; the same command with --resume%s goes on%n",
                Table.count(result.state().progress().step()),
                output.checkpoints(),
                overwrite ? " in place of --overwrite" : "");
        err.flush();
    }

    private TrainingResult run(Trainer trainer, Optional<Checkpoint> last, Course stop) {
        if (last.isEmpty()) {
            if (resume) {
                LOG.info("no checkpoint yet: training starts from the beginning");
            }
            return trainer.train();
        }
        Checkpoint checkpoint = last.get();
        TrainingState state = checkpoint.state(trainer.network().layers());
        LOG.info("going on from {}", checkpoint.directory());
        Optional<StopReason> end = checkpoint.end().filter(reason -> isStill(reason, checkpoint, trainer, stop));
        return end.isPresent()
                ? new TrainingResult(trainer.network().withParameters(state.model()), state, end.get())
                : trainer.train(state);
    }

    /** Whether the reason for which training ended still holds. */
    private static boolean isStill(StopReason reason, Checkpoint checkpoint, Trainer trainer, Course stop) {
        return checkpoint.stopping().changes(stop).isEmpty()
                || (reason == StopReason.STEPS
                        && checkpoint.step() >= trainer.settings().stopping().steps());
    }

    private static Course course(TrainSettings settings, Network network, Rows rows) {
        ObjectNode course = Json.object(settings.course());
        course.withObject("/model").put("fingerprint", ModelDirectory.fingerprint(network));
        describe(course.withObject("/data"), rows.training());
        rows.validation().ifPresent(pass -> describe(course.withObject("/data/validation"), pass));
        return new Course(course);
    }

    private static void describe(ObjectNode node, SparkStepPass pass) {
        node.put("fingerprint", pass.fingerprint());
        node.put(
                "blocks",
                String.format(
                        Locale.ROOT,
                        "%d in %d groups, #%08x",
                        pass.blocks().blocks(),
                        pass.blocks().groups().size(),
                        pass.blocks().groups().hashCode()));
    }

    private static Provenance provenance(KfacConfig config, Network network, SparkStepPass pass) {
        ObjectNode data = Json.object();
        describe(data, pass);
        return new Provenance(Json.object(config.toJsonMap()), data, Software.versions())
                .with("model", Json.object().put("fingerprint", ModelDirectory.fingerprint(network)))
                .with(
                        "precision",
                        TextNode.valueOf(config.statistics().precision().toString()));
    }

    /** The section train, for the page of the learning curves. */
    private static List<List<String>> settings(KfacConfig config) {
        List<List<String>> settings = new ArrayList<>();
        Course all = new Course(Json.object(config.toJsonMap()).withObject("/train"));
        all.values().forEach((name, value) -> {
            if (!value.equals("null")) {
                settings.add(List.of("train." + name, value));
            }
        });
        return settings;
    }

    private void report(Network model, TrainingResult result, Optional<Checkpoint> best, Rows rows, Stages stages) {
        PrintWriter out = spec.commandLine().getOut();
        TrainingState state = result.state();
        long n = rows.training().blocks().rows();
        out.printf(
                Locale.ROOT,
                "%s steps over %s rows: %.1f epochs, %.1f passes, %s in steps; ended by %s%n",
                Table.count(state.progress().step()),
                Table.count(n),
                (double) state.progress().rowsSeen() / n,
                (double) state.progress().rowsTouched() / n,
                Stages.duration(state.progress().seconds()),
                result.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        best.ifPresent(checkpoint -> out.println(
                "the model is that of step " + Table.count(checkpoint.step()) + ", the best in validation"));
        Evaluation training = evaluation(model, rows.training());
        Table table = new Table("rows", "number", "loss", training.scoreName());
        add(table, "training", training);
        rows.validation().ifPresent(pass -> add(table, "validation", evaluation(model, pass)));
        out.print(table);
        out.print(stages.summary());
        out.flush();
    }

    private static Evaluation evaluation(Network model, StepPass pass) {
        return pass.pass(model, StepRequest.losses(pass.blocks().all(), List.of(model.parameters())))
                .trials()
                .get(0);
    }

    private static void add(Table table, String name, Evaluation evaluation) {
        table.add(
                name,
                Table.count(evaluation.rows()),
                Table.number(evaluation.meanLoss()),
                Table.number(evaluation.score()));
    }
}
