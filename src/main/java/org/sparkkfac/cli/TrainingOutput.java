package org.sparkkfac.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.UserException;
import org.sparkkfac.cli.console.StageTimes;
import org.sparkkfac.cli.options.RowSource;
import org.sparkkfac.io.artefact.ArtefactWriter;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.MadeDirectories;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.manifest.StepRecordJson;
import org.sparkkfac.io.training.CheckpointStore;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.report.HtmlPage;
import org.sparkkfac.report.TrainingReport;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.OptimiserState;

/** The directory of a training: {@code model}, {@code statistics}, {@code preconditioner}, metrics, curves, checkpoints. */
final class TrainingOutput {
    private static final String MODEL = "model";
    private static final String STATISTICS = "statistics";
    private static final String PRECONDITIONER = "preconditioner";
    private static final String METRICS = "metrics.jsonl";
    private static final String CURVES = "curves.html";
    private static final String CHECKPOINTS = "checkpoints";
    private static final List<String> RESULTS = List.of(MODEL, STATISTICS, PRECONDITIONER, CURVES);
    private static final Set<String> NAMES =
            Set.of(MODEL, STATISTICS, PRECONDITIONER, METRICS, CURVES, CHECKPOINTS, "_" + CURVES + ".tmp");

    private final Location root;
    private final Location checkpoints;

    TrainingOutput(String path, Optional<String> checkpointPath, Configuration hadoop) {
        this.root = Location.of(path, hadoop);
        this.checkpoints =
                checkpointPath.map(place -> Location.of(place, hadoop)).orElse(root.child(CHECKPOINTS));
    }

    Location root() {
        return root;
    }

    Location checkpoints() {
        return checkpoints;
    }

    Location metrics() {
        return root.child(METRICS);
    }

    /**
     * Refuses a directory that holds a training, unless it is to be gone on with or begun anew, or anything else.
     *
     * @throws UserException that says which of the two options would do
     */
    void check(boolean resume, boolean overwrite) {
        if (root.exists() && !root.isDirectory()) {
            throw new UserException(
                    "output.path: " + root + " is a file but should be a directory; choose another path");
        }
        Optional<String> ownPlace = checkPlaceForCheckpoints();
        Set<String> others = new TreeSet<>(root.names());
        boolean isTraining = others.removeAll(NAMES);
        ownPlace.ifPresent(others::remove);
        if (!others.isEmpty()) {
            throw new UserException(root + ": holds " + String.join(", ", others) + ", which is not of a training;"
                    + " choose another output.path");
        }
        if (!resume && !overwrite && (isTraining || CheckpointStore.isIn(checkpoints))) {
            throw new UserException(root + ": holds a training, or its checkpoints are in " + checkpoints
                    + "; give --resume to go on with it, --overwrite to begin anew, or another output.path");
        }
        if (resume && holdsTrainingWithoutCheckpoint()) {
            throw new UserException(checkpoints + ": holds no whole checkpoint to go on from, yet " + root
                    + " holds a training; give the train.checkpoint.path of that training, or --overwrite to begin"
                    + " anew");
        }
        if (resume) {
            CheckpointStore.check(checkpoints);
        }
        CheckpointStore.checkDestination(checkpoints);
    }

    /** Refuses a place in which they would be lost; gives the name in the output directory, if they lie in it. */
    private Optional<String> checkPlaceForCheckpoints() {
        if (!checkpoints.isWithin(root)) {
            return Optional.empty();
        }
        if (checkpoints.path().equals(root.path())) {
            throw new UserException("train.checkpoint.path: " + checkpoints + " is output.path; leave it out to have "
                    + root.child(CHECKPOINTS) + ", or give a directory of its own");
        }
        Location place = checkpoints;
        while (!place.parent().path().equals(root.path())) {
            place = place.parent();
        }
        String name = place.path().getName();
        if (NAMES.contains(name) && !name.equals(CHECKPOINTS)) {
            throw new UserException("train.checkpoint.path: " + checkpoints + " lies in " + root.child(name)
                    + ", which training writes at its end; give a directory of its own");
        }
        return Optional.of(name);
    }

    /** Refuses to write among rows that are read. */
    void refuseAmongRows(RowSource rows) {
        rows.refuseAmongRows("output.path", root);
        rows.refuseAmongRows("train.checkpoint.path", checkpoints);
    }

    /**
     * Whether going on would replace a training by one from the beginning. A training that was killed before its first
     * checkpoint was whole has neither a model nor a checkpoint that was finished once, and its place for checkpoints is
     * there, since it is made before the metrics: that one does start from the beginning.
     */
    private boolean holdsTrainingWithoutCheckpoint() {
        if (CheckpointStore.isAnyCommitted(checkpoints)) {
            return false;
        }
        boolean isFinished = RESULTS.stream().anyMatch(name -> root.child(name).exists());
        boolean isBegun = metrics().status().filter(file -> file.getLen() > 0).isPresent();
        return isFinished || CheckpointStore.isAnyDamaged(checkpoints) || (isBegun && !checkpoints.isDirectory());
    }

    /** Makes the place for checkpoints, by which {@link #check} knows a training that has none yet from a wrong path. */
    void makePlaceForCheckpoints() {
        MadeDirectories.make(checkpoints);
    }

    /** Forgets the steps of the training before; what it wrote at its end stays until it is replaced. */
    void forget() {
        CheckpointStore.removeAll(checkpoints);
    }

    /**
     * Writes the model and what the optimiser remembers of the curvature, and notes what it wrote. What it does not
     * remember is removed, since it would be of the training before.
     */
    void write(Network model, OptimiserState memory, Fisher fisher, Provenance provenance, StageTimes stages) {
        ModelDirectory.write(root.child(MODEL), model, true);
        stages.wrote("the model", root + "/" + MODEL);
        if (memory.statistics().isEmpty() || memory.preconditioner().isEmpty()) {
            ArtefactWriter.remove(root.child(PRECONDITIONER));
        }
        if (memory.statistics().isEmpty()) {
            ArtefactWriter.remove(root.child(STATISTICS));
        }
        memory.statistics().ifPresent(statistics -> {
            StatisticsArtefact.write(root.child(STATISTICS), statistics, fisher, provenance, true);
            stages.wrote("the last statistics", root + "/" + STATISTICS);
            memory.preconditioner().ifPresent(last -> write(last, provenance, stages));
        });
    }

    private void write(Preconditioner last, Provenance provenance, StageTimes stages) {
        ObjectNode source = StatisticsArtefact.read(root.child(STATISTICS)).manifest();
        Damping damping = Damping.absolute(last.layers().get(0).damping());
        PreconditionerArtefact.write(root.child(PRECONDITIONER), last, damping, source, provenance, true);
        stages.wrote("the last preconditioner", root + "/" + PRECONDITIONER);
    }

    /** The steps, as the metrics have them. */
    List<StepRecord> steps() {
        return StepRecordJson.read(metrics());
    }

    /** Draws the learning curves. */
    void draw(List<StepRecord> steps, List<List<String>> settings, StageTimes stages) {
        TrainingReport report = new TrainingReport(root.toString(), steps, settings);
        byte[] page = new HtmlPage(report.report()).html().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(root.child(CURVES), true, out -> out.write(page));
        stages.wrote("the learning curves", root + "/" + CURVES);
    }
}
