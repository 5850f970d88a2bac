package org.sparkkfac.cli.command;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.config.KfacConfig;
import org.sparkkfac.cli.config.TrainSettings;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.cli.plan.EstimateInputs;
import org.sparkkfac.cli.text.TrainingSummary;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.training.TrainingDirectory;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.spark.TrainOptions;
import org.sparkkfac.spark.Trained;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.spark.rows.Quarantine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kfac train}. */
@Command(
        name = "train",
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
final class TrainCommand extends ConfiguredCommand {
    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

    /** Of the many jobs of a training Spark's own account keeps a few. */
    private static final Map<String, String> MANY_SMALL_JOBS = Map.of(
            "spark.ui.retainedJobs", "50",
            "spark.ui.retainedStages", "50",
            "spark.ui.retainedTasks", "1000");

    @Option(
            names = "--resume",
            description = "Go on from the last checkpoint, to the same numbers as without the interruption; from the"
                    + " beginning if there is none.")
    private boolean resume;

    @Option(
            names = "--overwrite",
            description = "Begin anew where a training is already: its checkpoints go, and its results once there are"
                    + " new ones.")
    private boolean overwrite;

    @Override
    int run(KfacConfig config) throws Exception {
        TrainSettings settings = config.train();
        settings.withoutEffect().forEach(LOG::warn);
        TrainingDirectory directory = directory(config, settings);
        directory.check();
        Map<String, Location> outputs =
                Map.of("output.path", directory.root(), "train.checkpoint.path", directory.checkpoints());
        Optional<RowSource> validation = RowSource.ofValidation(config, hadoop(config));
        validation.ifPresent(rows -> rows.refuseAmongRows(outputs));
        Input input = input(config, config.modelPath(), outputs, overwrite || resume);
        TrainingCost cost = EstimateInputs.of(config, input.source(), input.network(), master(config))
                .training(validation);
        cost.check();
        TrainConsole console = new TrainConsole(
                this,
                input.quarantine().map(Quarantine::place),
                settings.training().stopping());
        return inSession(config, MANY_SMALL_JOBS, session -> {
            RowSource.Opened rows =
                    console.stage("read", () -> input.source().open(session, input.network(), input.quarantine()));
            TrainOptions options = options(config, rows.options()).withCost(cost);
            Optional<RowSource.Opened> watched = validation.map(
                    some -> console.stage("read", () -> some.open(session, input.network(), Optional.empty())));
            TrainOptions all = watched.map(some -> options.withValidation(some.dataset(), some.options()))
                    .orElse(options);
            return SparkKfac.train(input.network(), rows.dataset(), all, directory, console)
                    .map(this::report)
                    .orElseGet(() -> console.stopped(directory));
        });
    }

    private TrainingDirectory directory(KfacConfig config, TrainSettings settings) {
        if (resume && overwrite) {
            throw new UserException("--resume goes on with a training and --overwrite begins anew; give one of them");
        }
        TrainingDirectory.Existing existing = resume
                ? TrainingDirectory.Existing.RESUME
                : overwrite ? TrainingDirectory.Existing.OVERWRITE : TrainingDirectory.Existing.REFUSE;
        Configuration hadoop = hadoop(config);
        TrainingDirectory directory = TrainingDirectory.of(location(config.outputPath(), hadoop), existing)
                .withKeep(settings.keep());
        return settings.checkpoints()
                .map(place -> directory.withCheckpoints(location(place, hadoop)))
                .orElse(directory);
    }

    private static TrainOptions options(KfacConfig config, CollectOptions rows) {
        TrainSettings settings = config.train();
        return TrainOptions.of(settings.training(), rows)
                .withOrigin(new TrainOptions.Origin(
                        Json.object(settings.course()), Json.object(settings.stop()), Json.object(config.toJsonMap())));
    }

    private int report(Trained trained) {
        trained.written().forEach((what, place) -> stages.wrote(what, place.toString()));
        print(TrainingSummary.of(trained), stages.summary());
        return ExitCodes.DONE;
    }
}
