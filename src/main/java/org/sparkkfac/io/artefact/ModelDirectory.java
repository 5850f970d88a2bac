package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.DigestingStream;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.manifest.ModelDescription;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.nn.Network;

/**
 * A model: {@code model.json}, which describes the network, and {@code weights.safetensors}. It has no manifest, so that
 * a PyTorch user can write both files by hand.
 */
public final class ModelDirectory {
    /** The value of {@code format}. */
    public static final String FORMAT = ModelDescription.FORMAT;

    private static final String DESCRIPTION = "model.json";
    /** Where a training writes its model, in its directory. */
    private static final String TRAINED = "model";

    private static final String WEIGHTS = "weights.safetensors";

    private ModelDirectory() {}

    /** Whether the directory holds a model description. */
    public static boolean isModel(Location directory) {
        return directory.child(DESCRIPTION).exists();
    }

    /** Whether the directory is that of a training, in which the model lies. */
    static boolean isOfTraining(Location directory) {
        return isModel(directory.child(TRAINED));
    }

    /**
     * Reads a model.
     *
     * @throws UserException if a file is missing or malformed, or the weights do not match the description
     */
    public static Network read(Location directory) {
        Network network = readDescription(directory);
        return network.withParameters(ParameterFile.read(directory.child(WEIGHTS), network.layers()));
    }

    /** Reads the description alone; all parameters are zero. */
    public static Network readDescription(Location directory) {
        if (!directory.exists()) {
            throw new UserException(directory + ": no such directory; give the directory of a model");
        }
        Location file = directory.child(DESCRIPTION);
        if (!file.exists() && isOfTraining(directory)) {
            throw new UserException(
                    directory + ": holds no model itself but what a training wrote; give " + directory.child(TRAINED));
        }
        file.requireFile();
        String place = file.toString();
        return ModelDescription.read(Json.parseObject(file.bytes(), place), place)
                .network(place);
    }

    /**
     * Writes a model, the description last.
     *
     * @throws UserException if the directory holds a model and {@code overwrite} is false, or holds another artefact, or
     *     is a file
     */
    public static void write(Location directory, Network network, boolean overwrite) {
        if (directory.exists() && !directory.isDirectory()) {
            throw new UserException(directory + ": is a file but should be a directory; choose another path");
        }
        if (directory.child(Manifest.FILE).exists()) {
            throw new UserException(directory + ": holds another artefact; choose another path");
        }
        Location description = directory.child(DESCRIPTION);
        if (!overwrite && (description.exists() || directory.child(WEIGHTS).exists())) {
            throw new UserException(
                    directory + ": holds a model already; choose another path or allow overwriting",
                    Component.OVERWRITE);
        }
        ParameterFile.write(directory.child(WEIGHTS), network.parameters(), overwrite);
        AtomicFile.write(description, overwrite, out -> out.write(Json.prettyBytes(json(network))));
    }

    /**
     * A hash of the description and of all parameters: two networks with the same one compute the same. How the model
     * was stored, in F32 or F64, by whom and where, does not count.
     */
    public static String fingerprint(Network network) {
        DigestingStream digest = new DigestingStream(OutputStream.nullOutputStream());
        try (DataOutputStream out = new DataOutputStream(digest)) {
            out.write(Json.compactBytes(json(network)));
            for (int l = 0; l < network.layers().size(); l++) {
                DoubleBytes.write(out, network.parameters().block(l));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digest.finish().sha256();
    }

    private static ObjectNode json(Network network) {
        return Json.object(ModelDescription.of(network));
    }
}
