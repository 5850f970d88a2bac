package org.sparkkfac.nn.activation;

import org.sparkkfac.linalg.Pointwise;

/** {@code φ(x) = tanh x}, whose derivative is {@code 1 − y²} of its value y. */
record Tanh() implements Activation {
    @Override
    public String op() {
        return "tanh";
    }

    @Override
    public boolean isLikeRelu() {
        return false;
    }

    @Override
    public double value(double x) {
        return HyperbolicTangent.of(x);
    }

    @Override
    public double derivative(double x) {
        double y = value(x);
        return (1 - y) * (1 + y);
    }

    @Override
    public Pointwise values() {
        return HyperbolicTangent.INSTANCE;
    }

    @Override
    public Pointwise derivatives() {
        return Slopes.INSTANCE;
    }

    @Override
    public boolean derivativesFromValues() {
        return true;
    }

    private enum Slopes implements Pointwise {
        INSTANCE;

        @Override
        public void apply(double[] y, int from, double[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = (1 - y[from + i]) * (1 + y[from + i]);
            }
        }

        @Override
        public void apply(float[] y, int from, float[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = (1 - y[from + i]) * (1 + y[from + i]);
            }
        }
    }
}
