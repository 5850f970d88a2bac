package org.sparkkfac.nn;

import java.util.List;

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
}
