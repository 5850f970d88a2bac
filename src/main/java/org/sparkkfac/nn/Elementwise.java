package org.sparkkfac.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.activation.Activation;
import org.sparkkfac.nn.activation.Activations;

/** An activation applied to every entry of one input. */
record Elementwise(Activation activation) implements Operation {
    /**
     * The activation that a node names.
     *
     * @throws UserException if a constant is unknown or no number
     */
    static Elementwise of(NodeSpec node) {
        Map<String, Double> constants = new LinkedHashMap<>();
        node.parameters().forEach((name, value) -> {
            if (!(value instanceof Number number)) {
                throw new UserException("node '" + node.name() + "': " + name + " must be a number");
            }
            constants.put(name, number.doubleValue());
        });
        try {
            return new Elementwise(Activations.create(node.op(), constants));
        } catch (UserException e) {
            throw new UserException("node '" + node.name() + "': " + e.getMessage(), e);
        }
    }

    @Override
    public String op() {
        return activation.op();
    }

    @Override
    public Map<String, Object> parameters() {
        return Map.copyOf(activation.parameters());
    }

    @Override
    public int outputs(List<Integer> inputs) {
        return inputs.get(0);
    }

    @Override
    public void forward(List<Values> inputs, @Nullable Matrix weights, Matrix output) {
        output.setToFunction(activation.values(), inputs.get(0).plain());
    }

    @Override
    public Matrix backward(
            int input,
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            Matrix gradient,
            Workspace workspace) {
        Matrix from = (activation.derivativesFromValues() ? output : inputs.get(0)).plain();
        Matrix derivatives = workspace.take(from.rows(), from.columns());
        derivatives.setToFunction(activation.derivatives(), from);
        gradient.multiplyByRepeated(derivatives);
        return gradient;
    }

    /** {@code ẏ = φ'(x) ∘ ẋ}: the Jacobian is diagonal and its own transpose. */
    @Override
    public void tangent(
            List<Values> inputs,
            Values output,
            @Nullable Matrix weights,
            List<@Nullable Matrix> inputTangents,
            List<Matrix> directions,
            Matrix tangent,
            Workspace workspace) {
        tangent.copyFrom(Objects.requireNonNull(inputTangents.get(0)));
        backward(0, inputs, output, weights, tangent, workspace);
    }
}
