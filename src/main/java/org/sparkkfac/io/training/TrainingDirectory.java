package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ArtefactWriter;
import org.sparkkfac.io.artefact.ModelDirectory;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.MadeDirectories;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.manifest.StepLine;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.OptimiserState;

/**
 * The directory of a training: {@code model}, {@code statistics}, {@code preconditioner}, metrics, curves, checkpoints.
 *
 * @param root the directory
 * @param checkpoints where checkpoints go, below it or elsewhere
 * @param keep how many of the last checkpoints stay
 * @param existing what becomes of a training that is there
 */
public record TrainingDirectory(Location root, Location checkpoints, int keep, Existing existing) {
    private static final String MODEL = "model";
    private static final String STATISTICS = "statistics";
    private static final String PRECONDITIONER = "preconditioner";
    private static final String METRICS = "metrics.jsonl";
    private static final String CURVES = "curves.html";
    private static final String CHECKPOINTS = "checkpoints";
    private static final List<String> RESULTS = List.of(MODEL, STATISTICS, PRECONDITIONER, CURVES);
    private static final Set<String> NAMES =
            Set.of(MODEL, STATISTICS, PRECONDITIONER, METRICS, CURVES, CHECKPOINTS, "_" + CURVES + ".tmp");

    /** What becomes of a training that is there already. */
    public enum Existing {
        /** It is refused. */
        REFUSE,
        /** It goes on from its last checkpoint, or from the beginning if there is none. */
        RESUME,
        /** Its checkpoints go, and its results once there are new ones. */
        OVERWRITE
    }

    /** A directory with its checkpoints below it, of which two stay. */
    public static TrainingDirectory of(Location root, Existing existing) {
        return new TrainingDirectory(root, root.child(CHECKPOINTS), 2, existing);
    }

    /** The same with checkpoints in another place. */
    public TrainingDirectory withCheckpoints(Location place) {
        return new TrainingDirectory(root, place, keep, existing);
    }

    /** The same with other checkpoints kept. */
    public TrainingDirectory withKeep(int checkpointsToKeep) {
        return new TrainingDirectory(root, checkpoints, checkpointsToKeep, existing);
    }

    /** The file of the metrics. */
    public Location metrics() {
        return root.child(METRICS);
    }

    /** The file of the learning curves. */
    public Location curves() {
        return root.child(CURVES);
    }

    /** The statistics that the training leaves. */
    public Location statistics() {
        return root.child(STATISTICS);
    }

    /**
     * Refuses a directory that holds anything else, or a training that may be neither resumed nor overwritten.
     *
     * @throws UserException that says what would do
     */
    public void check() {
        boolean resume = existing == Existing.RESUME;
        if (root.exists() && !root.isDirectory()) {
            throw UserException.at(
                    Component.OUTPUT_PATH, root + " is a file but should be a directory; choose another path");
        }
        Optional<String> ownPlace = checkPlaceForCheckpoints();
        Set<String> others = new TreeSet<>(root.names());
        boolean isTraining = others.removeAll(NAMES);
        ownPlace.ifPresent(others::remove);
        if (!others.isEmpty()) {
            throw new UserException(
                    root + ": holds " + String.join(", ", others) + ", which is not of a training; choose another path",
                    Component.OUTPUT_PATH);
        }
        if (existing == Existing.REFUSE && (isTraining || CheckpointStore.isIn(checkpoints))) {
            throw new UserException(
                    root + ": holds a training, or its checkpoints are in " + checkpoints
                            + "; resume it, overwrite it, or choose another path",
                    Component.RESUME,
                    Component.OVERWRITE,
                    Component.OUTPUT_PATH);
        }
        if (resume && holdsTrainingWithoutCheckpoint()) {
            throw new UserException(
                    checkpoints + ": holds no whole checkpoint to go on from, yet " + root
                            + " holds a training; give the place of its checkpoints, or overwrite it",
                    Component.CHECKPOINT_PATH,
                    Component.OVERWRITE);
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
            throw UserException.at(
                    Component.CHECKPOINT_PATH,
                    checkpoints + " is the directory of the training; leave it out to have " + root.child(CHECKPOINTS)
                            + ", or give a directory of its own");
        }
        Location place = checkpoints;
        while (!place.parent().path().equals(root.path())) {
            place = place.parent();
        }
        String name = place.path().getName();
        if (NAMES.contains(name) && !name.equals(CHECKPOINTS)) {
            throw UserException.at(
                    Component.CHECKPOINT_PATH,
                    checkpoints + " lies in " + root.child(name)
                            + ", which training writes at its end; give a directory of its own");
        }
        return Optional.of(name);
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
    public void makePlaceForCheckpoints() {
        MadeDirectories.make(checkpoints);
    }

    /** Forgets the steps of a training that is overwritten; what it wrote at its end stays until it is replaced. */
    public void forget() {
        if (existing == Existing.OVERWRITE) {
            CheckpointStore.removeAll(checkpoints);
        }
    }

    /** Checkpoints of a training that these settings describe. */
    public CheckpointStore store(RunSignature course, RunSignature stop, Supplier<byte[]> metrics) {
        return new CheckpointStore(checkpoints, keep, course, stop, metrics);
    }

    /**
     * Writes the model, and the statistics and preconditioner that the optimiser has left. What it has not left is removed,
     * since it would be of the training before.
     *
     * @return what was written, and where
     */
    public Map<String, Location> write(Network model, OptimiserState state, Fisher fisher, Provenance provenance) {
        Map<String, Location> written = new LinkedHashMap<>();
        ModelDirectory.write(root.child(MODEL), model, true);
        written.put("the model", root.child(MODEL));
        if (state.statistics().isEmpty() || state.preconditioner().isEmpty()) {
            ArtefactWriter.remove(root.child(PRECONDITIONER));
        }
        if (state.statistics().isEmpty()) {
            ArtefactWriter.remove(statistics());
        }
        state.statistics().ifPresent(left -> {
            StatisticsArtefact.write(statistics(), left, fisher, provenance, true);
            written.put("the last statistics", statistics());
            state.preconditioner().ifPresent(last -> {
                write(last, provenance);
                written.put("the last preconditioner", root.child(PRECONDITIONER));
            });
        });
        return written;
    }

    private void write(Preconditioner last, Provenance provenance) {
        ObjectNode source = StatisticsArtefact.read(statistics()).manifest();
        Damping damping = Damping.absolute(last.layers().get(0).damping());
        PreconditionerArtefact.write(root.child(PRECONDITIONER), last, damping, source, provenance, true);
    }

    /** The steps, as the metrics have them. */
    public List<StepRecord> steps() {
        return StepLine.read(metrics());
    }
}
