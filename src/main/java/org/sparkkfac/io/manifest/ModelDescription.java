package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;

/**
 * {@code model.json}: a network without its parameters.
 *
 * @param format {@value #FORMAT}
 * @param version of the format
 * @param inputs number of features
 * @param nodes for each {@code name} and {@code op}, {@code inputs} unless it takes the node before it, and constants
 * @param likelihood its {@code type} and constants
 */
public record ModelDescription(
        String format,
        int version,
        int inputs,
        @JsonProperty(required = true) List<Map<String, Object>> nodes,
        @JsonProperty(required = true) Map<String, Object> likelihood) {
    /** The value of {@code format}. */
    public static final String FORMAT = "spark-kfac/model";

    private static final int VERSION = 1;
    private static final Set<String> KEYS = Set.of("format", "version", "inputs", "nodes", "likelihood");

    /** Refuses a network without features, nodes or type of likelihood. */
    public ModelDescription {
        if (inputs < 1) {
            throw new IllegalArgumentException("inputs should be the number of features, a whole number ≥ 1");
        }
        if (nodes == null || nodes.isEmpty()) {
            throw new IllegalArgumentException("nodes should be a list of at least one node");
        }
        if (likelihood == null || !(likelihood.get("type") instanceof String)) {
            throw new IllegalArgumentException("likelihood should have a type, one of " + Likelihoods.names());
        }
    }

    /** The description of a network. */
    public static ModelDescription of(Network network) {
        Map<String, Object> likelihood = new LinkedHashMap<>();
        likelihood.put("type", network.likelihood().type());
        likelihood.putAll(network.likelihood().parameters());
        return new ModelDescription(
                FORMAT,
                VERSION,
                network.inputs(),
                network.specs().stream().map(ModelDescription::node).toList(),
                likelihood);
    }

    private static Map<String, Object> node(NodeSpec spec) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("name", spec.name());
        node.put("op", spec.op());
        if (!spec.inputs().isEmpty()) {
            node.put("inputs", spec.inputs());
        }
        node.putAll(spec.parameters());
        return node;
    }

    /**
     * Reads a description.
     *
     * @throws UserException if it is malformed, of a newer version, or has a key that is not known
     */
    public static ModelDescription read(ObjectNode json, String place) {
        if (!json.path("format").asText().equals(FORMAT)) {
            throw new UserException(place + ": format should be \"" + FORMAT + "\"; add it, or check the path");
        }
        JsonNode version = json.path("version");
        if (!version.isIntegralNumber() || version.longValue() < 1) {
            throw new UserException(place + ": version should be " + VERSION + "; mend it");
        }
        if (version.longValue() > VERSION) {
            throw new UserException(place + ": is version " + version + " but this spark-kfac reads up to " + VERSION
                    + "; use a newer spark-kfac");
        }
        json.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw new UserException(place + ": unknown key '" + key + "'; known are format, version, inputs, nodes,"
                        + " likelihood");
            }
        });
        return Json.read(json, ModelDescription.class, place, "mend the description");
    }

    /**
     * The network; all parameters are zero.
     *
     * @throws UserException if the description is of no network
     */
    public Network network(String place) {
        Map<String, Double> constants = new LinkedHashMap<>();
        likelihood.forEach((key, value) -> {
            if (value instanceof Number number) {
                constants.put(key, number.doubleValue());
            } else if (!key.equals("type")) {
                throw new UserException(place + ": likelihood: " + key + " should be a number, not " + value);
            }
        });
        List<NodeSpec> specs = new ArrayList<>();
        nodes.forEach(node -> specs.add(spec(node, place)));
        try {
            return Network.of(inputs, specs, Likelihoods.create(String.valueOf(likelihood.get("type")), constants));
        } catch (UserException e) {
            throw new UserException(place + ": " + e.getMessage(), e);
        }
    }

    private static NodeSpec spec(Map<String, Object> node, String place) {
        if (!(node.get("name") instanceof String name) || !(node.get("op") instanceof String op)) {
            throw new UserException(place + ": every node should have a name and an op, as text; found "
                    + Json.compact(Json.object(node)));
        }
        List<String> inputs = new ArrayList<>();
        Map<String, Object> constants = new LinkedHashMap<>();
        node.forEach((key, value) -> {
            if (key.equals("inputs")) {
                inputs.addAll(inputs(value, place));
            } else if (!key.equals("name") && !key.equals("op")) {
                constants.put(key, constant(key, value, place));
            }
        });
        return new NodeSpec(name, op, inputs, constants);
    }

    private static List<String> inputs(Object value, String place) {
        if (value instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(name -> name instanceof String text && !text.isEmpty())) {
            return list.stream().map(String::valueOf).toList();
        }
        throw new UserException(
                place + ": inputs of a node should be a list of names, such as [\"hidden\"], not " + value);
    }

    /** Boolean, Integer or Double. */
    private static Object constant(String key, Object value, String place) {
        if (value instanceof Boolean || value instanceof Integer) {
            return value;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new UserException(place + ": " + key + " should be a number, true or false, not " + value);
    }
}
