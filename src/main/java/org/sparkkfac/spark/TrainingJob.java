package org.sparkkfac.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.training.Checkpoint;
import org.sparkkfac.io.training.CheckpointStore;
import org.sparkkfac.io.training.MetricsFile;
import org.sparkkfac.io.training.RunSignature;
import org.sparkkfac.io.training.TrainingDirectory;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.report.TrainingReport;
import org.sparkkfac.spark.plan.TrainingCost;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.train.Environment;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Trainer;
import org.sparkkfac.train.TrainingResult;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/** One training: from rows and directory to results, by way of the last checkpoint if it is resumed. */
final class TrainingJob {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

    private final Network network;
    private final TrainOptions options;
    private final TrainingDirectory directory;
    private final TrainingWatch watch;
    private final TrainingRows rows;
    private final SparkSession session;

    private TrainingJob(
            Network network,
            TrainOptions options,
            TrainingDirectory directory,
            TrainingWatch watch,
            TrainingRows rows,
            SparkSession session) {
        this.network = network;
        this.options = options;
        this.directory = directory;
        this.watch = watch;
        this.rows = rows;
        this.session = session;
    }

    /** The result; empty if the watch ended the training, which has left a checkpoint. */
    static Optional<Trained> run(
            Network network,
            Dataset<Row> dataset,
            TrainOptions options,
            TrainingDirectory directory,
            TrainingWatch watch) {
        directory.check();
        options.cost().ifPresent(TrainingCost::check);
        try (TrainingRows rows = watch.stage("read", () -> TrainingRows.open(network, dataset, options))) {
            watch.opened(rows.training().skipped(), rows.validation().map(SparkPass::skipped));
            options.cost()
                    .ifPresent(cost ->
                            rows.training().reserve(cost.held(), cost.kept().inMemory()));
            return new TrainingJob(network, options, directory, watch, rows, dataset.sparkSession()).run();
        }
    }

    private Optional<Trained> run() {
        RunSignature course = course();
        RunSignature stop = new RunSignature(options.origin().stop());
        directory.forget();
        Optional<Checkpoint> last =
                directory.store(course, stop, () -> new byte[0]).latest();
        directory.makePlaceForCheckpoints();
        CheckpointStore store;
        TrainingResult result;
        try (MetricsFile metrics = MetricsFile.begin(
                directory.metrics(), last.map(Checkpoint::metrics).orElse(new byte[0]))) {
            store = directory.store(course, stop, metrics::bytes);
            Trainer trainer = trainer(metrics, store);
            result = watch.steps(
                    () -> steps(trainer, last, stop),
                    () -> session.sparkContext().cancelAllJobs());
        }
        return result.reason() == StopReason.REQUEST
                ? Optional.empty()
                : Optional.of(finish(result, rows.validation().flatMap(watched -> store.best())));
    }

    /** What fixes the numbers of the training: settings, model and rows. */
    private RunSignature course() {
        ObjectNode course = options.origin().course().deepCopy();
        course.withObject("/model").put("fingerprint", ModelDirectory.fingerprint(network));
        rows.describe(course.withObject("/data"));
        return new RunSignature(course);
    }

    private Trainer trainer(MetricsFile metrics, CheckpointStore store) {
        Inversion inversion = options.cost()
                .<Inversion>map(cost -> InversionTasks.beyond(
                        cost.inversion().room(), session, options.rows().blas()))
                .orElse(Inversion.HERE);
        return new Trainer(
                network,
                rows.training(),
                rows.validation().map(pass -> (Pass) pass),
                options.settings(),
                watched(metrics),
                store,
                Environment.ofThisMachine(Runtime.getRuntime().availableProcessors())
                        .withStop(watch::isStopRequested)
                        .withInversion(inversion));
    }

    private Metrics watched(MetricsFile metrics) {
        return new Metrics() {
            @Override
            public void add(StepRecord step) {
                metrics.add(step);
                watch.step(step);
            }

            @Override
            public long position() {
                return metrics.position();
            }
        };
    }

    private TrainingResult steps(Trainer trainer, Optional<Checkpoint> last, RunSignature stop) {
        if (last.isEmpty()) {
            if (directory.existing() == TrainingDirectory.Existing.RESUME) {
                LOG.info("no checkpoint yet: training starts from the beginning");
            }
            return trainer.train();
        }
        Checkpoint checkpoint = last.get();
        TrainingState state = checkpoint.state(
                network.layers(), trainer.settings().optimiser().start(network.layers()));
        watch.resumed(state.progress(), rows.training().blocks().rows());
        LOG.info("going on from {}", checkpoint.directory());
        // A reason to stop that the rows gave still holds if no limit has been changed.
        Optional<StopReason> end = checkpoint
                .end()
                .filter(reason -> checkpoint.stopping().changes(stop).isEmpty());
        return end.isPresent()
                ? new TrainingResult(network.withParameters(state.model()), state, end.get(), Optional.empty())
                : trainer.train(state);
    }

    private Trained finish(TrainingResult result, Optional<Checkpoint> best) {
        Network model = best.map(checkpoint -> network.withParameters(checkpoint.model(network.layers())))
                .orElse(result.model());
        List<StepRecord> steps = directory.steps();
        Map<String, Location> written = watch.stage("write", () -> write(result, model, steps));
        Evaluation fit = result.fit()
                .filter(known -> best.isEmpty())
                .orElseGet(() -> TrainingRows.evaluate(model, rows.training()));
        return new Trained(
                result,
                model,
                best.map(checkpoint -> OptionalLong.of(checkpoint.step())).orElse(OptionalLong.empty()),
                rows.training().blocks().rows(),
                steps,
                fit,
                rows.validation().map(pass -> TrainingRows.evaluate(model, pass)),
                written);
    }

    private Map<String, Location> write(TrainingResult result, Network model, List<StepRecord> steps) {
        Provenance provenance = provenance(model, result.state().progress().step());
        Map<String, Location> written = directory.write(
                model, result.state().optimiser(), options.rows().plan().fisher(), provenance);
        List<List<String>> settings = TrainingFiles.settings(options.origin().config());
        TrainingFiles.write(
                directory.curves(), new TrainingReport(directory.root().toString(), steps, settings), true);
        written.put("the learning curves", directory.curves());
        return written;
    }

    /** For the manifests of what the training writes beside this model. */
    private Provenance provenance(Network model, long steps) {
        ObjectNode data = Json.object();
        rows.describeTraining(data);
        return new Provenance(options.origin().config(), data, Software.versions())
                .with("model", Json.object().put("fingerprint", ModelDirectory.fingerprint(model)))
                .with(
                        "training",
                        Json.object().put("steps", steps).put("started_from", ModelDirectory.fingerprint(network)))
                .with(
                        "precision",
                        TextNode.valueOf(options.rows().plan().precision().toString()));
    }
}
