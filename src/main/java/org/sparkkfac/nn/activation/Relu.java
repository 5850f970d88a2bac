package org.sparkkfac.nn.activation;

/** {@code φ(x) = max(x, 0)}. */
record Relu() implements Activation {
    @Override
    public String op() {
        return "relu";
    }

    @Override
    public double value(double x) {
        return x > 0 ? x : 0;
    }

    @Override
    public double derivative(double x) {
        return x > 0 ? 1 : 0;
    }
}
