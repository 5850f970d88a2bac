package org.sparkkfac.nn.activation;

import java.util.Map;

/** {@code φ(x) = x for x > 0, else slope·x}. */
record LeakyRelu(double slope) implements Activation {
    @Override
    public String op() {
        return "leaky-relu";
    }

    @Override
    public double value(double x) {
        return x > 0 ? x : slope * x;
    }

    @Override
    public double derivative(double x) {
        return x > 0 ? 1 : slope;
    }

    @Override
    public Map<String, Double> parameters() {
        return Map.of("slope", slope);
    }
}
