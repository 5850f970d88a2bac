package org.sparkkfac.nn;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.nn.activation.Activation;

/** An activation applied to every entry of one input. */
record Elementwise(Activation activation) implements Operation {
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
        Matrix x = inputs.get(0).plain();
        output.setToCombination(x, x, (value, same) -> activation.value(value));
    }

    @Override
    public Matrix backward(int input, List<Values> inputs, @Nullable Matrix weights, Matrix gradient) {
        Matrix x = inputs.get(0).plain();
        Matrix derivative = Matrix.zeros(x.precision(), x.rows(), x.columns());
        derivative.setToCombination(x, x, (value, same) -> activation.derivative(value));
        gradient.multiplyByRepeated(derivative);
        return gradient;
    }
}
