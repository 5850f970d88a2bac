package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;

/**
 * What the manifest of a preconditioner says of it; what is known of the statistics and {@link Provenance} follow.
 *
 * @param layers shapes of the layers, with their dampings
 * @param method how they were inverted
 * @param damping as it was asked for
 */
public record PreconditionerManifest(
        @JsonProperty(required = true) List<LayerJson> layers,
        @JsonProperty(required = true) Method method,
        @Nullable Asked damping) {
    private static final List<String> OF_STATISTICS =
            List.of("rows", "total_weight", "skipped", "mean_loss", "fisher", "precision", "model", "merged");

    /** Refuses layers that are none or share a name. */
    public PreconditionerManifest {
        Objects.requireNonNull(method);
        LayerJson.shapes(layers);
        for (LayerJson layer : layers) {
            if (layer.damping() == null) {
                throw new IllegalArgumentException("layer " + layer.name() + ": damping should be a number ≥ 0");
            }
        }
    }

    /**
     * The damping that was asked for.
     *
     * @param value λ, or the factor of the mean eigenvalue
     * @param relative which of the two
     */
    public record Asked(double value, boolean relative) {}

    /** The manifest of a preconditioner; one that inverts all layers at once has the same damping for each. */
    public static PreconditionerManifest of(Preconditioner preconditioner, Damping damping) {
        List<LayerJson> layers = new ArrayList<>();
        int last = preconditioner.layers().size() - 1;
        for (LayerShape shape : preconditioner.shapes()) {
            double lambda =
                    preconditioner.layers().get(Math.min(layers.size(), last)).damping();
            layers.add(new LayerJson(shape.name(), shape.in(), shape.out(), shape.bias(), lambda));
        }
        return new PreconditionerManifest(
                layers, preconditioner.method(), new Asked(damping.value(), damping.isRelative()));
    }

    /**
     * Reads it from a manifest.
     *
     * @throws org.sparkkfac.UserException if something is missing or malformed
     */
    public static PreconditionerManifest read(ObjectNode manifest, String place) {
        return Json.read(manifest, PreconditionerManifest.class, place, "invert the statistics again");
    }

    /** As JSON, with what the manifest of the statistics says of rows, model and Fisher matrix. */
    public ObjectNode json(ObjectNode statistics) {
        ObjectNode json = Json.object(this);
        for (String key : OF_STATISTICS) {
            if (statistics.has(key)) {
                json.set(key, statistics.get(key));
            }
        }
        return json;
    }

    /** λ of a layer. */
    public double damping(int layer) {
        return Objects.requireNonNull(layers.get(layer).damping());
    }

    /** Shapes of the layers. */
    public List<LayerShape> shapes() {
        return LayerJson.shapes(layers);
    }
}
