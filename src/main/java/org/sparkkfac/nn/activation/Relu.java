package org.sparkkfac.nn.activation;

import org.sparkkfac.linalg.Pointwise;

/** {@code φ(x) = max(x, 0)}. */
record Relu() implements Activation {
    @Override
    public String op() {
        return "relu";
    }

    @Override
    public double value(double x) {
        return Math.max(x, 0);
    }

    @Override
    public double derivative(double x) {
        return x > 0 ? 1 : 0;
    }

    @Override
    public Pointwise values() {
        return Values.INSTANCE;
    }

    private enum Values implements Pointwise {
        INSTANCE;

        @Override
        public void apply(double[] x, int from, double[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = Math.max(x[from + i], 0);
            }
        }

        @Override
        public void apply(float[] x, int from, float[] into, int at, int count) {
            for (int i = 0; i < count; i++) {
                into[at + i] = Math.max(x[from + i], 0);
            }
        }
    }
}
