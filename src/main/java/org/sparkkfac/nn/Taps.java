package org.sparkkfac.nn;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;

/**
 * The result of one forward and backward pass over a block.
 *
 * @param layers one tap a layer, in the network's order
 * @param rows number of rows
 * @param weight sum of their weights
 * @param loss weighted sum of their losses; 0 without labels
 */
public record Taps(List<Tap> layers, long rows, double weight, double loss) {
    /** Copies the list. */
    public Taps {
        layers = List.copyOf(layers);
    }

    /** The taps of some of the layers, in order. */
    public Taps select(List<LayerShape> shapes) {
        return shapes.size() == layers.size()
                ? this
                : new Taps(
                        layers.stream()
                                .filter(tap -> shapes.contains(tap.layer()))
                                .toList(),
                        rows,
                        weight,
                        loss);
    }
}
