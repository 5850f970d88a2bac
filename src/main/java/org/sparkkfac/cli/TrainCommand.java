package org.sparkkfac.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.TrainSettings;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.console.TrainingProgress;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.HadoopSettings;
import org.sparkkfac.cli.options.NativeOption;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.options.SparkOptions;
import org.sparkkfac.cli.plan.EstimateInputs;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.training.Checkpoint;
import org.sparkkfac.io.training.CheckpointStore;
import org.sparkkfac.io.training.MetricsFile;
import org.sparkkfac.io.training.RunSignature;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.spark.InversionTasks;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.train.Environment;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;
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
        return config.isPresent() ? train(config.get(), new StageTimes()) : ExitCodes.DONE;
    }

    private int train(KfacConfig config, StageTimes stages) throws Exception {
        Configuration hadoop = HadoopSettings.load(config.sparkConf());
        TrainSettings settings = config.train();
        settings.withoutEffect().forEach(LOG::warn);
        TrainingOutput output = new TrainingOutput(config.output().path(), settings.checkpoints(), hadoop);
        output.check(resume, overwrite);
        RowSource source = RowSource.of(config, hadoop);
        Optional<RowSource> validation = RowSource.ofValidation(config, hadoop);
        Stream.concat(Stream.of(source), validation.stream()).forEach(output::refuseAmongRows);
        Optional<Quarantine> quarantine = source.quarantine(Map.of("output.path", output.root()), overwrite || resume);
        Network network = ModelDirectory.read(Location.of(config.model().path(), hadoop));
        LOG.info("model {}: {}", config.model().path(), network);
        nativeOption.choose(config.blas());
        Map<String, String> sparkSettings = new TreeMap<>(MANY_SMALL_JOBS);
        sparkSettings.putAll(config.sparkConf());
        String master = spark.master(config.sparkConf());
        TrainingCost cost = EstimateInputs.of(config, source, network, master).training(validation);
        cost.check();
        SparkSession session =
                stages.time("start Spark", () -> Sessions.start("spark-kfac train", master, sparkSettings));
        try {
            TrainingRows rows =
                    stages.time("read", () -> TrainingRows.open(session, network, source, validation, quarantine));
            rows.training().reserve(cost.held(), cost.kept().inMemory());
            spec.commandLine().getOut().print(RowSource.leftOut(rows.training().skipped(), quarantine));
            rows.validation()
                    .ifPresent(watched ->
                            spec.commandLine().getOut().print(RowSource.leftOutOfValidation(watched.skipped())));
            Inversion inversion = InversionTasks.beyond(cost.inversion().room(), session, config.blas());
            return train(new TrainingOrigin(config, settings, network, rows), inversion, output, stages);
        } finally {
            session.stop();
        }
    }

    private int train(TrainingOrigin origin, Inversion inversion, TrainingOutput output, StageTimes stages)
            throws Exception {
        TrainSettings settings = origin.settings();
        Network network = origin.network();
        TrainingRows rows = origin.rows();
        RunSignature course = origin.course();
        RunSignature stop = origin.stop();
        if (overwrite) {
            output.forget();
        }
        CheckpointStore before =
                new CheckpointStore(output.checkpoints(), settings.keep(), course, stop, () -> new byte[0]);
        Optional<Checkpoint> last = before.latest();
        output.makePlaceForCheckpoints();
        TrainingResult result;
        CheckpointStore store;
        int signalled;
        try (StopSignals signals = new StopSignals(TrainCommand::announceStop, rows::giveUp);
                MetricsFile metrics = MetricsFile.begin(
                        output.metrics(), last.map(Checkpoint::metrics).orElse(new byte[0]))) {
            store = new CheckpointStore(output.checkpoints(), settings.keep(), course, stop, metrics::bytes);
            TrainingProgress progress =
                    TrainingProgress.around(metrics, settings.training().stopping());
            Trainer trainer = new Trainer(
                    network,
                    rows.training(),
                    rows.validation().map(pass -> (StepPass) pass),
                    settings.training(),
                    progress,
                    store,
                    Environment.ofThisMachine(Runtime.getRuntime().availableProcessors())
                            .withStop(signals::isStopRequested)
                            .withInversion(inversion));
            result = stages.time("train", () -> run(trainer, last, stop, progress));
            signalled = signals.exitCode();
        }
        if (result.reason() == StopReason.REQUEST) {
            TrainingSummary.printStop(spec.commandLine().getErr(), result, output, overwrite);
            return signalled;
        }
        Optional<Checkpoint> best = rows.validation().isPresent() ? store.best() : Optional.empty();
        Network model = best.map(checkpoint -> network.withParameters(
                        checkpoint.state(network.layers()).model()))
                .orElse(result.model());
        List<StepRecord> steps = output.steps();
        stages.time("write", () -> {
            Provenance provenance =
                    origin.provenance(model, result.state().progress().step());
            output.write(model, result.state().memory(), origin.config().fisher(), provenance, stages);
            output.draw(steps, origin.table(), stages);
            return output;
        });
        TrainingSummary.print(spec.commandLine().getOut(), result, model, best, steps, rows, stages);
        return ExitCodes.DONE;
    }

    private static void announceStop() {
        LOG.info("asked to stop: the step at hand is finished and kept; a second signal would end without it");
    }

    private TrainingResult run(
            Trainer trainer, Optional<Checkpoint> last, RunSignature stop, TrainingProgress progress) {
        if (last.isEmpty()) {
            if (resume) {
                LOG.info("no checkpoint yet: training starts from the beginning");
            }
            return trainer.train();
        }
        Checkpoint checkpoint = last.get();
        TrainingState state = checkpoint.state(trainer.network().layers());
        progress.goOnFrom(state.progress(), trainer.training().blocks().rows());
        LOG.info("going on from {}", checkpoint.directory());
        // A reason to stop that was told by the rows still holds if no limit has been changed.
        Optional<StopReason> end = checkpoint
                .end()
                .filter(reason -> checkpoint.stopping().changes(stop).isEmpty());
        return end.isPresent()
                ? new TrainingResult(
                        trainer.network().withParameters(state.model()), state, end.get(), Optional.empty())
                : trainer.train(state);
    }
}
