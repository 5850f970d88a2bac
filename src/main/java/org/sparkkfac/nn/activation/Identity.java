package org.sparkkfac.nn.activation;

/** {@code φ(x) = x}. */
record Identity() implements Activation {
    @Override
    public String op() {
        return "identity";
    }

    @Override
    public boolean isLikeRelu() {
        return false;
    }

    @Override
    public double value(double x) {
        return x;
    }

    @Override
    public double derivative(double x) {
        return 1;
    }
}
