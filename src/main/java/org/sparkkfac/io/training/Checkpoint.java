package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ArtefactReader;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/** A state of training that was kept, whole and committed. */
public final class Checkpoint {
    static final ArtefactFormat FORMAT = new ArtefactFormat("spark-kfac/checkpoint", 1);
    static final String WEIGHTS = "weights";
    static final String STATE = "state";
    static final String METRICS = "metrics";
    static final String BYTES = "bytes";

    private final ArtefactReader reader;

    private Checkpoint(ArtefactReader reader) {
        this.reader = reader;
    }

    static Checkpoint open(Location directory) {
        return new Checkpoint(ArtefactReader.open(directory, FORMAT));
    }

    /**
     * Reads all of it.
     *
     * @throws UserException if its manifest lacks something, or the bytes of a file are not those that were written
     */
    void verify() {
        ObjectNode manifest = reader.manifest();
        if (!manifest.path("step").isIntegralNumber()
                || !manifest.path("course").isObject()
                || !manifest.path("stop").isObject()) {
            throw new UserException(directory().child(Manifest.FILE) + ": should have step, course and stop");
        }
        end();
        for (String name : List.of(WEIGHTS, STATE, METRICS)) {
            reader.visit(name, key -> false, (key, tensor) -> {});
        }
    }

    /** Where it is. */
    public Location directory() {
        return reader.directory();
    }

    /** Steps made. */
    public long step() {
        return reader.manifest().path("step").asLong();
    }

    /** Whether its model had the lowest validation loss up to then. */
    boolean isBest() {
        return reader.manifest().path("best").asBoolean();
    }

    /** Why training ended here, if it did. */
    public Optional<StopReason> end() {
        String reason = reader.manifest().path("end").asText("");
        try {
            return reason.isEmpty()
                    ? Optional.empty()
                    : Optional.of(StopReason.valueOf(reason.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    directory().child(Manifest.FILE) + ": '" + reason + "' is no reason to end a training", e);
        }
    }

    /** What fixed the course of the training up to here. */
    public RunSignature course() {
        return new RunSignature(reader.manifest().withObject("/course"));
    }

    /** When the training was to stop. */
    public RunSignature stopping() {
        return new RunSignature(reader.manifest().withObject("/stop"));
    }

    /**
     * The state.
     *
     * @throws UserException if the artefact is damaged, or of a network of other layers
     */
    public TrainingState state(List<LayerShape> layers) {
        byte[] bytes = ByteTensor.bytes(reader.tensors(STATE), BYTES);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return TrainingState.read(layers, in);
        } catch (IOException e) {
            throw new UserException(directory() + ": " + e.getMessage() + "; begin anew with --overwrite", e);
        }
    }

    /** The metrics up to there. */
    public byte[] metrics() {
        return ByteTensor.bytes(reader.tensors(METRICS), BYTES);
    }
}
