package org.sparkkfac.nn;

import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;

/**
 * What one layer saw of a batch of B rows with weights w. Gradients g are those of −log p with respect to the layer's
 * outputs, each column scaled by √w of its row, so that products of two columns carry the weight once.
 *
 * @param layer shape of the layer
 * @param activations ā, columns × B
 * @param weightedActivations √w·ā, columns × B; the same object as {@code activations} where all weights are 1
 * @param labelGradients √w·g at the labels of the data, out × B, or null without labels
 * @param fisherGradients √w·g, out × k·B, whose sum over the k columns of a row is that row's {@code E[ggᵀ]}: column
 *     c·B + b belongs to row b
 */
public record Tap(
        LayerShape layer,
        Matrix activations,
        Matrix weightedActivations,
        @Nullable Matrix labelGradients,
        Matrix fisherGradients) {
    /** Number of rows B. */
    public int rows() {
        return activations.columns();
    }

    /** Gradient columns a row, k. */
    public int copies() {
        return rows() == 0 ? 0 : fisherGradients.columns() / rows();
    }
}
