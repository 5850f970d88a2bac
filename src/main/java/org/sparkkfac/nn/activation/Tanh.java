package org.sparkkfac.nn.activation;

/** {@code φ(x) = tanh x}. */
record Tanh() implements Activation {
    @Override
    public String op() {
        return "tanh";
    }

    @Override
    public double value(double x) {
        return Math.tanh(x);
    }

    @Override
    public double derivative(double x) {
        double t = Math.tanh(x);
        return (1 - t) * (1 + t);
    }
}
