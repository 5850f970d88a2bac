package org.sparkkfac.precondition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.linalg.LayerGlob;
import org.sparkkfac.linalg.LayerShape;

/**
 * The damping of every layer: one for all, and others for layers of some names.
 *
 * @param common for the layers that no name fits
 * @param byLayer by names with {@code *} and {@code ?}; the last that fits holds
 */
public record DampingRule(Damping common, Map<LayerGlob, Damping> byLayer) {
    /** Copies the map, in its order. */
    public DampingRule {
        byLayer = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byLayer));
    }

    /** One damping for all layers. */
    public static DampingRule of(Damping common) {
        return new DampingRule(common, Map.of());
    }

    /** The same with another damping for the layers of a name, over those named before. */
    public DampingRule withLayer(String layers, Damping damping) {
        Map<LayerGlob, Damping> longer = new LinkedHashMap<>(byLayer);
        longer.remove(new LayerGlob(layers)); // it must come last
        longer.put(new LayerGlob(layers), damping);
        return new DampingRule(common, longer);
    }

    /**
     * Checks that every name fits a block.
     *
     * @throws UserException that names the blocks, if one fits none
     */
    public void check(List<LayerShape> blocks) {
        byLayer.keySet().forEach(name -> name.select(blocks));
    }

    /** λ for a block. */
    double of(FisherBlock block) {
        return of(block.layer()).of(block);
    }

    /** The damping of a layer's block. */
    public Damping of(LayerShape layer) {
        Damping damping = common;
        for (Map.Entry<LayerGlob, Damping> entry : byLayer.entrySet()) {
            if (entry.getKey().matches(layer.name())) {
                damping = entry.getValue();
            }
        }
        return damping;
    }
}
