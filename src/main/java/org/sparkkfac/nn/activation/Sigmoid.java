package org.sparkkfac.nn.activation;

/** {@code φ(x) = 1/(1 + exp(−x))}. */
record Sigmoid() implements Activation {
    @Override
    public String op() {
        return "sigmoid";
    }

    @Override
    public double value(double x) {
        return sigmoid(x);
    }

    @Override
    public double derivative(double x) {
        return sigmoid(x) * sigmoid(-x);
    }

    /** Without overflow, and with full relative precision in both tails. */
    static double sigmoid(double x) {
        if (x >= 0) {
            return 1 / (1 + Math.exp(-x));
        }
        double e = Math.exp(x);
        return e / (1 + e);
    }
}
