package org.sparkkfac.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihood;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.stats.EigenBasis;

/** A case that an independent program computed; the README beside the files says what is in one. */
public final class Golden {
    private final JsonNode json;
    private final Network network;

    private Golden(JsonNode json) {
        this.json = json;
        List<NodeSpec> nodes = new ArrayList<>();
        for (JsonNode node : json.get("model").get("nodes")) {
            List<String> inputs = new ArrayList<>();
            node.path("inputs").forEach(input -> inputs.add(input.asText()));
            Map<String, Object> parameters = new LinkedHashMap<>();
            node.properties().forEach(field -> {
                if (!List.of("name", "op", "inputs").contains(field.getKey())) {
                    parameters.put(field.getKey(), scalar(field.getValue()));
                }
            });
            nodes.add(new NodeSpec(node.get("name").asText(), node.get("op").asText(), inputs, parameters));
        }
        Network bare = Network.of(
                json.get("model").get("inputs").asInt(),
                nodes,
                likelihood(json.get("model").get("likelihood")));
        network = bare.withParameters(vector(bare.layers(), json.get("weights")));
    }

    /** The names of all cases. */
    public static List<String> names() {
        return List.of(
                "softmax-index",
                "softmax-probabilities",
                "sigmoid-array",
                "sigmoid-number",
                "gaussian-array",
                "gaussian-linear",
                "poisson-array");
    }

    /** The case of the given name. */
    public static Golden read(String name) {
        return new Golden(file(name));
    }

    /** Whether eigenvectors are unique but for their signs, so that corrections in one's own must be those of the case. */
    public boolean isSettled(String fisher) {
        return json.get("fisher").get(fisher).get("settled").asBoolean();
    }

    /** The content of a file in the folder of cases. */
    public static JsonNode file(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object scalar(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return value.isInt() ? (Object) value.asInt() : (Object) value.asDouble();
    }

    /** A likelihood as a model describes it. */
    public static Likelihood likelihood(JsonNode json) {
        return Likelihoods.create(json.get("type").asText(), constants(json));
    }

    /** The numbers among the fields of an object. */
    public static Map<String, Double> constants(JsonNode json) {
        Map<String, Double> constants = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                constants.put(field.getKey(), field.getValue().asDouble());
            }
        });
        return constants;
    }

    public Network network() {
        return network;
    }

    public List<Row> rows() {
        JsonNode rows = json.get("rows");
        List<Row> result = new ArrayList<>();
        for (int i = 0; i < rows.get("features").size(); i++) {
            result.add(new Row(
                    numbers(rows.get("features").get(i)),
                    numbers(rows.get("labels").get(i)),
                    rows.get("weights").get(i).asDouble(),
                    i));
        }
        return result;
    }

    public double meanLoss() {
        return json.get("mean_loss").asDouble();
    }

    public double totalWeight() {
        return json.get("total_weight").asDouble();
    }

    /** f of every row, rows × outputs. */
    public DoubleMatrix outputs() {
        return matrix(json.get("outputs"));
    }

    public double[] losses() {
        return numbers(json.get("losses"));
    }

    /** The eigenvectors of the case for every layer, in which its corrections were measured. */
    public List<EigenBasis> bases(Fisher.Type type) {
        return network.layers().stream()
                .map(layer -> EigenBasis.ofVectors(
                        sum(type, "activation_eigenvectors", layer.name()),
                        sum(type, "gradient_eigenvectors", layer.name())))
                .toList();
    }

    /** The numbers of one layer under a name. */
    public double[] values(Fisher.Type type, String name, String layer) {
        return numbers(json.get("fisher").get(type.toString()).get(name).get(layer));
    }

    /** Σ w ∇loss. */
    public ParameterVector gradient() {
        return vector(json.get("gradient"));
    }

    /** A weighted sum of one layer. */
    public DoubleMatrix sum(Fisher.Type type, String name, String layer) {
        return matrix(json.get("fisher").get(type.toString()).get(name).get(layer));
    }

    /** One of the vectors, such as {@code d}. */
    public ParameterVector namedVector(String name) {
        return vector(json.get("vectors").get(name));
    }

    public JsonNode solves() {
        return json.get("solves");
    }

    /** A vector over all layers with keys as those of weights. */
    public ParameterVector vector(JsonNode tensors) {
        return vector(network.layers(), tensors);
    }

    private static ParameterVector vector(List<LayerShape> layers, JsonNode tensors) {
        ParameterVector vector = ParameterVector.zeros(layers);
        for (int l = 0; l < layers.size(); l++) {
            LayerShape layer = layers.get(l);
            vector.block(l).columns(0, layer.in()).copyFrom(matrix(tensors.get(layer.name() + ".weight")));
            if (layer.bias()) {
                vector.block(l).setColumn(layer.in(), numbers(tensors.get(layer.name() + ".bias")));
            }
        }
        return vector;
    }

    /** A number, or the numbers of an array. */
    public static double[] numbers(JsonNode json) {
        if (json.isNumber()) {
            return new double[] {json.asDouble()};
        }
        double[] numbers = new double[json.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = json.get(i).asDouble();
        }
        return numbers;
    }

    /** A matrix from the array of its rows. */
    public static DoubleMatrix matrix(JsonNode json) {
        double[][] rows = new double[json.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = numbers(json.get(i));
        }
        return DoubleMatrix.ofRows(rows);
    }
}
