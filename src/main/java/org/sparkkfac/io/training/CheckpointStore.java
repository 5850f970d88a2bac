package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ArtefactWriter;
import org.sparkkfac.io.artefact.OutputDirectory;
import org.sparkkfac.io.artefact.ParameterFile;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.StorageErrors;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.train.state.StateStore;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/**
 * Checkpoints in a directory, each an artefact {@code step-00000120} with its manifest committed last, so that a process
 * may die at any moment: what has no manifest counts as not there. Of all of them the last few stay and the best.
 *
 * <p>A checkpoint holds the {@code weights} of the model at that step; the {@code state} from which training goes on to the
 * same bits, as tensors by name and numbers in the manifest ({@link StateForm}); and the {@code metrics} so far.
 */
public final class CheckpointStore implements StateStore {
    private static final Pattern NAME = Pattern.compile("step-[0-9]{8,}");

    private final Location directory;
    private final int keep;
    private final RunSignature course;
    private final RunSignature stopping;
    private final Supplier<byte[]> metrics;

    /**
     * A store in a directory that need not be there yet.
     *
     * @param keep how many of the last checkpoints stay
     * @param course what fixes the course of the training; told by every checkpoint
     * @param stopping when it will stop; likewise
     * @param metrics the figures of all steps so far
     */
    public CheckpointStore(
            Location directory, int keep, RunSignature course, RunSignature stopping, Supplier<byte[]> metrics) {
        if (keep < 1) {
            throw UserException.at(Component.CHECKPOINT_KEEP, "must be at least 1, not " + keep);
        }
        this.directory = directory;
        this.keep = keep;
        this.course = course;
        this.stopping = stopping;
        this.metrics = metrics;
    }

    /**
     * The last checkpoint, if there is one.
     *
     * @throws UserException if it is not of the same course; it says what changed
     */
    public Optional<Checkpoint> latest() {
        Optional<Checkpoint> latest = committed(directory).stream().findFirst().map(Checkpoint::open);
        latest.ifPresent(checkpoint -> {
            List<String> changes = checkpoint.course().changes(course);
            if (!changes.isEmpty()) {
                throw new UserException(
                        checkpoint.directory() + ": was made by another training: " + String.join("; ", changes)
                                + "; put that back, or begin anew by overwriting",
                        Component.OVERWRITE);
            }
        });
        return latest;
    }

    private static Checkpoint whole(Location last, List<Location> places) {
        try {
            return whole(last);
        } catch (UserException e) {
            if (e.mends().contains(Component.OVERWRITE)) {
                throw e;
            }
            throw places.stream()
                    .skip(1)
                    .filter(CheckpointStore::isWhole)
                    .findFirst()
                    .map(before -> new UserException(
                            e.getMessage() + "; remove " + last + " to go on from " + before
                                    + ", the checkpoint before it",
                            e))
                    .orElse(new UserException(
                            e.getMessage() + "; there is no whole checkpoint before it: begin anew by overwriting",
                            e,
                            Component.OVERWRITE));
        }
    }

    private static Checkpoint whole(Location place) {
        Checkpoint checkpoint = Checkpoint.open(place);
        checkpoint.verify();
        return checkpoint;
    }

    private static boolean isWhole(Location place) {
        try {
            whole(place);
            return true;
        } catch (UserException e) {
            return false;
        }
    }

    /**
     * Reads what going on will need: all of the last one now, the best at the end, and the manifests of the others whenever
     * one is saved.
     *
     * @throws UserException if one is damaged; of the last one it says from which training could go on instead
     */
    public static void check(Location directory) {
        List<Location> places = committed(directory);
        boolean isBestSeen = places.stream()
                .findFirst()
                .map(last -> whole(last, places).isBest())
                .orElse(false);
        for (Location place : places.stream().skip(1).toList()) {
            try {
                Checkpoint checkpoint = Checkpoint.open(place);
                if (checkpoint.isBest() && !isBestSeen) {
                    checkpoint.verify();
                    isBestSeen = true;
                }
            } catch (UserException e) {
                throw new UserException(
                        e.getMessage() + "; training can go on without this checkpoint, though not end with its model:"
                                + " remove " + place,
                        e);
            }
        }
    }

    /** The checkpoint whose model had the lowest validation loss, if there were validations. */
    public Optional<Checkpoint> best() {
        return committed(directory).stream()
                .map(Checkpoint::open)
                .filter(Checkpoint::isBest)
                .findFirst();
    }

    @Override
    public void save(TrainingState state, boolean isBest, Optional<StopReason> end) {
        Location place = directory.child(
                String.format(Locale.ROOT, "step-%08d", state.progress().step()));
        if (place.exists() && !place.child(Manifest.FILE).exists()) {
            remove(place);
        }
        try (ArtefactWriter writer = ArtefactWriter.create(place, Checkpoint.FORMAT, true)) {
            writer.addFile(Checkpoint.WEIGHTS, ParameterFile.tensors(state.model()));
            StateForm form = StateForm.of(state);
            writer.addFile(Checkpoint.STATE, form.tensors());
            writer.addBytes(Checkpoint.METRICS, ".jsonl", metrics.get());
            ObjectNode fields = Json.object();
            fields.set("layers", Json.array(state.weights().layers()));
            fields.put("step", state.progress().step()).put("best", isBest);
            if (Double.isFinite(state.progress().bestLoss())) {
                fields.put("best_loss", state.progress().bestLoss());
            }
            end.ifPresent(reason -> fields.put("end", reason.name().toLowerCase(Locale.ROOT)));
            fields.set(Checkpoint.STATE, form.numbers());
            fields.set("course", course.settings());
            fields.set("stop", stopping.settings());
            writer.commit(fields);
        }
        prune();
    }

    /** Removes what is neither among the last nor the best, and what was never committed. */
    private void prune() {
        List<Location> whole = committed(directory);
        List<Location> stay = new ArrayList<>(whole.subList(0, Math.min(keep, whole.size())));
        whole.stream()
                .filter(place -> Checkpoint.open(place).isBest())
                .findFirst()
                .ifPresent(stay::add);
        List<String> names = stay.stream().map(Location::toString).toList();
        all(directory).stream()
                .filter(place -> !names.contains(place.toString()))
                .forEach(CheckpointStore::remove);
    }

    /** The manifest goes first, so that a checkpoint of which a part is gone counts as none, and a writer's marker last. */
    private static void remove(Location place) {
        StorageErrors.guardAction(place.toString(), "cannot be removed", () -> {
            place.fileSystem().delete(place.child(Manifest.FILE).path(), false);
            for (String name : place.names()) {
                if (!name.equals(OutputDirectory.MARKER)) {
                    place.fileSystem().delete(place.child(name).path(), true);
                }
            }
            place.fileSystem().delete(place.path(), true);
        });
    }

    /** Removes all checkpoints of a directory, if there are any. */
    public static void removeAll(Location directory) {
        all(directory).forEach(CheckpointStore::remove);
    }

    /** Whether a directory holds a checkpoint, finished or not. */
    public static boolean isIn(Location directory) {
        return !all(directory).isEmpty();
    }

    /**
     * Throws what would stop the first checkpoint from being written, found out by trying; nothing is left of the attempt.
     *
     * @throws UserException if the directory is a file, or cannot be made or written to
     */
    public static void checkDestination(Location directory) {
        if (directory.exists() && !directory.isDirectory()) {
            throw new UserException(
                    directory + ": is a file but should be the directory of checkpoints; choose another path");
        }
        ArtefactWriter.check(directory.child("step-00000000"), Checkpoint.FORMAT, true);
    }

    /** Whether a directory holds a checkpoint to go on from. */
    public static boolean isAnyCommitted(Location directory) {
        return !committed(directory).isEmpty();
    }

    /**
     * Whether a directory holds a checkpoint that has lost its manifest: it has files, and no marker of a writer that was
     * killed before it was whole.
     */
    public static boolean isAnyDamaged(Location directory) {
        return all(directory).stream().map(Location::names).anyMatch(CheckpointStore::isDamaged);
    }

    private static boolean isDamaged(List<String> names) {
        return !names.isEmpty() && !names.contains(Manifest.FILE) && !names.contains(OutputDirectory.MARKER);
    }

    /** Those with a manifest, the last one first. */
    private static List<Location> committed(Location directory) {
        return all(directory).stream()
                .filter(place -> place.child(Manifest.FILE).exists())
                .toList();
    }

    /** The last one first. */
    private static List<Location> all(Location directory) {
        return directory.names().stream()
                .filter(name -> NAME.matcher(name).matches())
                .sorted(Comparator.comparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder())
                        .reversed())
                .map(directory::child)
                .toList();
    }
}
