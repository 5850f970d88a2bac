package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.ArtefactReader;
import org.sparkkfac.io.artefact.ParameterFile;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingState;

/** A committed checkpoint. */
public final class Checkpoint {
    static final ArtefactFormat FORMAT = new ArtefactFormat("spark-kfac/checkpoint", 2);
    static final String WEIGHTS = "weights";
    static final String STATE = "state";
    static final String METRICS = "metrics";

    private final ArtefactReader reader;

    private Checkpoint(ArtefactReader reader) {
        this.reader = reader;
    }

    static Checkpoint open(Location directory) {
        ArtefactReader reader = ArtefactReader.open(directory, FORMAT);
        if (reader.version() < FORMAT.version()) {
            throw new UserException(
                    directory + ": was written by an older spark-kfac, whose checkpoints this one does not read; begin"
                            + " anew by overwriting",
                    Component.OVERWRITE);
        }
        return new Checkpoint(reader);
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

    /** What fixes the numbers of the training. */
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
     * @param layers of the network
     * @param optimiser a state of the same optimiser, such as its first
     * @throws UserException if the artefact is damaged, or of another network or optimiser
     */
    public TrainingState state(List<LayerShape> layers, OptimiserState optimiser) {
        try {
            return StateForm.read(reader.manifest().withObject("/" + STATE), reader.tensors(STATE), layers, optimiser);
        } catch (UserException | IllegalArgumentException e) {
            throw new UserException(e.getMessage() + "; begin anew by overwriting", e, Component.OVERWRITE);
        }
    }

    /** The parameters of the model at that step. */
    public ParameterVector model(List<LayerShape> layers) {
        return ParameterFile.vector(reader.tensors(WEIGHTS), "", layers);
    }

    /** The metrics up to there. */
    public byte[] metrics() {
        return reader.bytes(METRICS);
    }
}
