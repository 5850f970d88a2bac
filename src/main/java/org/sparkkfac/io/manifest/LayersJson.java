package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;

/** The manifest keys that several artefacts share: {@code layers} and {@code fisher}. */
public final class LayersJson {
    private static final String MEND = "; the artefact is damaged, write it again";

    private LayersJson() {}

    /** Writes the layers. */
    public static ArrayNode write(ObjectNode manifest, List<LayerShape> layers) {
        ArrayNode array = manifest.putArray("layers");
        for (LayerShape layer : layers) {
            array.addObject()
                    .put("name", layer.name())
                    .put("in", layer.in())
                    .put("out", layer.out())
                    .put("bias", layer.bias());
        }
        return array;
    }

    /** Reads the layers. */
    public static List<LayerShape> read(ObjectNode manifest, String place) {
        List<LayerShape> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            JsonNode in = layer.path("in");
            JsonNode out = layer.path("out");
            if (!layer.path("name").isTextual()
                    || !in.isInt()
                    || !out.isInt()
                    || in.intValue() < 1
                    || out.intValue() < 1) {
                throw new UserException(place + ": layers: " + layer + " should have name, in, out and bias" + MEND);
            }
            layers.add(new LayerShape(
                    layer.path("name").asText(),
                    in.intValue(),
                    out.intValue(),
                    layer.path("bias").asBoolean()));
        }
        if (layers.isEmpty()) {
            throw new UserException(place + ": lists no layers" + MEND);
        }
        Set<String> names = new HashSet<>();
        for (LayerShape layer : layers) {
            if (!names.add(layer.name())) {
                throw new UserException(place + ": two layers are called '" + layer.name() + "'" + MEND);
            }
        }
        return layers;
    }

    /** Writes the type of Fisher matrix. */
    public static void write(ObjectNode manifest, Fisher fisher) {
        manifest.putObject("fisher")
                .put("type", fisher.type().toString())
                .put("samples", fisher.samples())
                .put("seed", fisher.seed());
    }

    /** Reads the type of Fisher matrix. */
    public static Fisher readFisher(ObjectNode manifest, String place) {
        JsonNode fisher = manifest.path("fisher");
        for (Fisher.Type type : Fisher.Type.values()) {
            if (type.toString().equals(fisher.path("type").asText())) {
                return new Fisher(
                        type,
                        Math.max(1, fisher.path("samples").asInt(1)),
                        fisher.path("seed").asLong());
            }
        }
        throw new UserException(place + ": fisher.type should be exact, monte-carlo or empirical" + MEND);
    }

    /** The number of rows. */
    public static long rows(ObjectNode manifest, String place) {
        JsonNode rows = manifest.path("rows");
        if (!rows.isIntegralNumber() || !rows.canConvertToLong() || rows.longValue() < 0) {
            throw new UserException(place + ": rows should be a whole number ≥ 0" + MEND);
        }
        return rows.longValue();
    }

    /** The sum of the rows' weights. */
    public static double totalWeight(ObjectNode manifest, String place) {
        double weight = number(manifest, "total_weight", place);
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new UserException(place + ": total_weight should be a finite number ≥ 0, not " + weight + MEND);
        }
        return weight;
    }

    private static double number(ObjectNode manifest, String key, String place) {
        JsonNode value = manifest.path(key);
        if (!value.isNumber()) {
            throw new UserException(place + ": " + key + " should be a number" + MEND);
        }
        return value.doubleValue();
    }
}
