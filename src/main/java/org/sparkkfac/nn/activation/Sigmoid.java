package org.sparkkfac.nn.activation;

import org.sparkkfac.linalg.Pointwise;

/** {@code φ(x) = 1/(1 + exp(−x))}, whose derivative is {@code y(1 − y)} of its value y. */
record Sigmoid() implements Activation {
    @Override
    public String op() {
        return "sigmoid";
    }

    @Override
    public boolean isLikeRelu() {
        return false;
    }

    @Override
    public double value(double x) {
        return sigmoid(x);
    }

    @Override
    public double derivative(double x) {
        return sigmoid(x) * sigmoid(-x);
    }

    @Override
    public Pointwise values() {
        return Values.INSTANCE;
    }

    @Override
    public Pointwise derivatives() {
        return Slopes.INSTANCE;
    }

    @Override
    public boolean derivativesFromValues() {
        return true;
    }

    /** Without overflow, and with full relative precision in both tails. */
    static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /** In single precision {@code ½ + ½ tanh ½x}, to 10⁻⁷ of 1. */
    private enum Values implements Pointwise {
        INSTANCE;

        @Override
        public void apply(double[] x, int from, double[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = sigmoid(x[from + i]);
            }
        }

        @Override
        public void apply(float[] x, int from, float[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = 0.5f * x[from + i];
            }
            HyperbolicTangent.INSTANCE.apply(into, at, into, at, count);
            for (int i = at; i < at + count; i++) {
                into[i] = 0.5f + 0.5f * into[i];
            }
        }
    }

    private enum Slopes implements Pointwise {
        INSTANCE;

        @Override
        public void apply(double[] y, int from, double[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = y[from + i] * (1 - y[from + i]);
            }
        }

        @Override
        public void apply(float[] y, int from, float[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = y[from + i] * (1 - y[from + i]);
            }
        }
    }
}
