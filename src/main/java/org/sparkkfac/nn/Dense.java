package org.sparkkfac.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;

/**
 * A fully connected layer, {@code y = W x + b = [W b] ā}.
 *
 * @param units number of outputs
 * @param bias whether b is there
 */
record Dense(int units, boolean bias) implements Operation {
    static final String OP = "dense";

    private static final String UNITS = "units";
    private static final String BIAS = "bias";

    /**
     * The layer that a node describes.
     *
     * @throws UserException if units are missing, or a constant is unknown or wrong
     */
    static Dense of(NodeSpec node) {
        Object units = node.parameters().get(UNITS);
        Object bias = node.parameters().getOrDefault(BIAS, true);
        if (!(units instanceof Integer count) || count < 1) {
            throw new UserException("node '" + node.name() + "': a dense layer needs units, a whole number ≥ 1");
        }
        if (!(bias instanceof Boolean withBias)) {
            throw new UserException("node '" + node.name() + "': bias must be true or false");
        }
        for (String parameter : node.parameters().keySet()) {
            if (!Set.of(UNITS, BIAS).contains(parameter)) {
                throw new UserException(
                        "node '" + node.name() + "': a dense layer has no '" + parameter + "'; it has units and bias");
            }
        }
        return new Dense(count, withBias);
    }

    @Override
    public String op() {
        return OP;
    }

    @Override
    public Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put(UNITS, units);
        parameters.put(BIAS, bias);
        return parameters;
    }

    @Override
    public int outputs(List<Integer> inputs) {
        return units;
    }

    @Override
    public Optional<LayerShape> layer(String name, List<Integer> inputs) {
        return Optional.of(new LayerShape(name, inputs.get(0), units, bias));
    }

    @Override
    public void forward(List<Values> inputs, @Nullable Matrix weights, Matrix output) {
        output.setToProduct(1, Objects.requireNonNull(weights), false, layerInput(inputs), false, 0);
    }

    @Override
    public Matrix backward(
            int input,
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            Matrix gradient,
            Workspace workspace) {
        int in = inputs.get(0).plain().rows();
        Matrix w = Objects.requireNonNull(weights).columns(0, in);
        Matrix result = workspace.take(in, gradient.columns());
        result.setToProduct(1, w, true, gradient, false, 0);
        return result;
    }

    /** {@code ẏ = W ẋ + [Ẇ ḃ] ā}. */
    @Override
    public void tangent(
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            List<@Nullable Matrix> inputTangents,
            List<Matrix> directions,
            Matrix tangent,
            Workspace workspace) {
        Matrix moved = inputTangents.get(0);
        if (moved != null) {
            Matrix w = Objects.requireNonNull(weights).columns(0, moved.rows());
            tangent.setToProduct(1, w, false, moved, false, 0);
        }
        Matrix a = layerInput(inputs);
        for (int c = 0; c < directions.size(); c++) {
            tangent.columns(c * a.columns(), a.columns())
                    .setToProduct(1, directions.get(c), false, a, false, moved == null ? 0 : 1);
        }
    }

    private Matrix layerInput(List<Values> inputs) {
        return bias ? inputs.get(0).extended() : inputs.get(0).plain();
    }
}
