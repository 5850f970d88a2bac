package org.sparkkfac.nn.activation;

import java.util.Map;

/** {@code φ(x) = x for x > 0, else alpha·(exp x − 1)}. */
record Elu(double alpha) implements Activation {
    @Override
    public String op() {
        return "elu";
    }

    @Override
    public double value(double x) {
        return x > 0 ? x : alpha * Math.expm1(x);
    }

    @Override
    public double derivative(double x) {
        return x > 0 ? 1 : alpha * Math.exp(x);
    }

    @Override
    public Map<String, Double> parameters() {
        return Map.of("alpha", alpha);
    }
}
