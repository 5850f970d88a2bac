package org.sparkkfac.nn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;

/**
 * What a node of a network computes from its inputs, forward and backward, for a batch of B rows at once.
 *
 * <p>A gradient has k·B columns, k copies side by side: column c·B + b belongs to row b. An operation with parameters
 * is a layer: it gets its weights as a matrix of {@link #layer}'s shape, and the engine taps its inputs and the
 * gradient of its outputs.
 */
public interface Operation {
    /** The name in {@code model.json}. */
    String op();

    /** The constants by their names in {@code model.json}, in the order in which they are written. */
    Map<String, Object> parameters();

    /** How many nodes this takes as inputs. */
    default int arity() {
        return 1;
    }

    /** Number of outputs for inputs of the given sizes. */
    int outputs(List<Integer> inputs);

    /** The shape of the weights, if this has any. */
    default Optional<LayerShape> layer(String name, List<Integer> inputs) {
        return Optional.empty();
    }

    /** Overwrites {@code output}, outputs × B. */
    void forward(List<Values> inputs, @Nullable Matrix weights, Matrix output);

    /**
     * The gradient with respect to one input, input × k·B, from that with respect to the output, outputs × k·B.
     *
     * <p>The result is the caller's to overwrite. An operation with one input and without parameters may overwrite
     * {@code gradient} and return it; one with parameters must leave it as it is, since it is tapped, and one with
     * several inputs too, since the next input's gradient is asked from it.
     *
     * @param output what {@link #forward} wrote
     * @param workspace where to take matrices from
     */
    Matrix backward(
            int input,
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            Matrix gradient,
            Workspace workspace);

    /**
     * Overwrites {@code tangent}, outputs × k·B, with the derivative of the output along k directions at once: column
     * c·B + b is that of row b along direction c. Not asked for where neither inputs nor weights move.
     *
     * @param output what {@link #forward} wrote
     * @param inputTangents of every input, input × k·B, or null where it does not move
     * @param directions how the weights move, k matrices of their shape; none for an operation without weights
     * @param workspace where to take matrices from
     */
    void tangent(
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            List<@Nullable Matrix> inputTangents,
            List<Matrix> directions,
            Matrix tangent,
            Workspace workspace);
}
