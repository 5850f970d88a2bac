package org.sparkkfac.nn.activation;

/** {@code φ(x) = log(1 + exp x), without overflow}. */
record Softplus() implements Activation {
    @Override
    public String op() {
        return "softplus";
    }

    @Override
    public double value(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public double derivative(double x) {
        return Sigmoid.sigmoid(x);
    }
}
