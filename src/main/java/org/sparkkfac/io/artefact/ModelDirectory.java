package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.DigestingStream;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * A model: {@code model.json}, which describes the network, and {@code weights.safetensors}. It has no manifest, so that
 * a PyTorch user can write both files by hand.
 */
public final class ModelDirectory {
    /** The value of {@code format}. */
    public static final String FORMAT = "spark-kfac/model";

    private static final int VERSION = 1;
    private static final String DESCRIPTION = "model.json";
    /** Where a training writes its model, in its directory. */
    private static final String TRAINED = "model";

    private static final String WEIGHTS = "weights.safetensors";
    private static final Set<String> KEYS = Set.of("format", "version", "inputs", "nodes", "likelihood");

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
        return parse(Json.parseObject(Manifest.bytes(file), file.toString()), file.toString());
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
            throw new UserException(directory + ": holds a model already; choose another path or add --overwrite");
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
        ObjectNode json =
                Json.object().put("format", FORMAT).put("version", VERSION).put("inputs", network.inputs());
        ArrayNode nodes = json.putArray("nodes");
        for (NodeSpec spec : network.specs()) {
            ObjectNode node = nodes.addObject().put("name", spec.name()).put("op", spec.op());
            if (!spec.inputs().isEmpty()) {
                ArrayNode inputs = node.putArray("inputs");
                spec.inputs().forEach(name -> inputs.add(name));
            }
            spec.parameters().forEach((name, value) -> put(node, name, value));
        }
        Likelihood likelihood = network.likelihood();
        ObjectNode target = json.putObject("likelihood").put("type", likelihood.type());
        likelihood.parameters().forEach((name, value) -> target.put(name, value));
        return json;
    }

    private static void put(ObjectNode node, String name, Object value) {
        if (value instanceof Boolean flag) {
            node.put(name, flag);
        } else if (value instanceof Integer whole) {
            node.put(name, whole);
        } else {
            node.put(name, ((Number) value).doubleValue());
        }
    }

    private static Network parse(ObjectNode json, String place) {
        checkHead(json, place);
        JsonNode inputs = json.path("inputs");
        if (!inputs.isIntegralNumber() || !inputs.canConvertToInt() || inputs.intValue() < 1) {
            throw new UserException(place + ": inputs should be the number of features, a whole number ≥ 1");
        }
        if (!json.path("nodes").isArray() || json.path("nodes").isEmpty()) {
            throw new UserException(place + ": nodes should be a list of at least one node");
        }
        List<NodeSpec> nodes = new ArrayList<>();
        for (JsonNode node : json.path("nodes")) {
            nodes.add(node(node, place));
        }
        JsonNode likelihood = json.path("likelihood");
        Map<String, Double> constants = likelihoodConstants(likelihood, place);
        try {
            return Network.of(
                    inputs.intValue(),
                    nodes,
                    Likelihoods.create(likelihood.path("type").asText(), constants));
        } catch (UserException e) {
            throw new UserException(place + ": " + e.getMessage(), e);
        }
    }

    private static void checkHead(ObjectNode json, String place) {
        if (!json.path("format").asText().equals(FORMAT)) {
            throw new UserException(place + ": format should be \"" + FORMAT + "\"; add it, or check the path");
        }
        JsonNode version = json.path("version");
        if (!version.isIntegralNumber() || version.longValue() < 1) {
            throw new UserException(place + ": version should be " + VERSION);
        }
        if (version.longValue() > VERSION) {
            throw new UserException(place + ": is version " + version + " but this spark-kfac reads up to " + VERSION
                    + "; use a newer spark-kfac");
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!KEYS.contains(field.getKey())) {
                throw new UserException(place + ": unknown key '" + field.getKey() + "'; known are format, version,"
                        + " inputs, nodes, likelihood");
            }
        }
    }

    private static NodeSpec node(JsonNode json, String place) {
        if (!json.path("name").isTextual() || !json.path("op").isTextual()) {
            throw new UserException(place + ": every node should have a name and an op, as text; found " + json);
        }
        List<String> inputs = new ArrayList<>();
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            switch (field.getKey()) {
                case "name", "op" -> {}
                case "inputs" -> inputs.addAll(inputs(field.getValue(), place));
                default -> parameters.put(field.getKey(), value(field.getKey(), field.getValue(), place));
            }
        }
        return new NodeSpec(json.path("name").asText(), json.path("op").asText(), inputs, parameters);
    }

    private static List<String> inputs(JsonNode json, String place) {
        List<String> inputs = new ArrayList<>();
        json.forEach(name -> inputs.add(name.isTextual() ? name.asText() : ""));
        if (!json.isArray() || inputs.isEmpty() || inputs.contains("")) {
            throw new UserException(
                    place + ": inputs of a node should be a list of names, such as [\"hidden\"], not " + json);
        }
        return inputs;
    }

    private static Object value(String key, JsonNode json, String place) {
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        if (json.isInt()) {
            return json.intValue();
        }
        if (json.isNumber()) {
            return json.doubleValue();
        }
        throw new UserException(place + ": " + key + " should be a number, true or false, not " + json);
    }

    private static Map<String, Double> likelihoodConstants(JsonNode json, String place) {
        if (!json.path("type").isTextual()) {
            throw new UserException(place + ": likelihood should have a type, one of " + Likelihoods.names());
        }
        Map<String, Double> constants = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!field.getKey().equals("type")) {
                if (!field.getValue().isNumber()) {
                    throw new UserException(place + ": likelihood: " + field.getKey() + " should be a number");
                }
                constants.put(field.getKey(), field.getValue().doubleValue());
            }
        }
        return constants;
    }
}
