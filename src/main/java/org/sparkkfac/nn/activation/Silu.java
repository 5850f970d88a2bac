package org.sparkkfac.nn.activation;

/** {@code φ(x) = x/(1 + exp(−x)); Elfwing, Uchibe, Doya 2018}. */
record Silu() implements Activation {
    @Override
    public String op() {
        return "silu";
    }

    @Override
    public double value(double x) {
        return x * Sigmoid.sigmoid(x);
    }

    @Override
    public double derivative(double x) {
        double s = Sigmoid.sigmoid(x);
        return s * (1 + x * Sigmoid.sigmoid(-x));
    }
}
