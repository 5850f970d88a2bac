package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;

/**
 * An entry of {@code layers}: a {@link LayerShape} and, in preconditioners, its λ.
 *
 * @param bias false where the manifest does not say
 * @param damping λ, at least 0
 */
public record LayerJson(
        @JsonProperty(required = true) String name,
        int in,
        int out,
        @Nullable Boolean bias,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double damping) {
    /** Refuses what is no shape, and a damping below zero. */
    public LayerJson {
        bias = bias != null && bias;
        new LayerShape(name, in, out, bias);
        if (damping != null && !(damping >= 0)) {
            throw new IllegalArgumentException("layer " + name + ": damping should be a number ≥ 0, not " + damping);
        }
    }

    /** A layer without a damping. */
    static LayerJson of(LayerShape shape) {
        return new LayerJson(shape.name(), shape.in(), shape.out(), shape.bias(), null);
    }

    private LayerShape shape() {
        return new LayerShape(name, in, out, Boolean.TRUE.equals(bias));
    }

    /** The shapes of some layers; refuses layers that are none or share a name. */
    static List<LayerShape> shapes(List<LayerJson> layers) {
        Set<String> names = new HashSet<>();
        for (LayerJson layer : layers) {
            if (!names.add(layer.name)) {
                throw new IllegalArgumentException("two layers are called '" + layer.name + "'");
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("lists no layers");
        }
        return layers.stream().map(LayerJson::shape).toList();
    }
}
