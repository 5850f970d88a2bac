package org.sparkkfac.nn.activation;

/** {@code φ(x) = ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the usual approximation of gelu}. */
record GeluTanh() implements Activation {
    private static final double SCALE = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    @Override
    public String op() {
        return "gelu-tanh";
    }

    @Override
    public double value(double x) {
        return 0.5 * x * (1 + Math.tanh(inner(x)));
    }

    @Override
    public double derivative(double x) {
        double t = Math.tanh(inner(x));
        return 0.5 * (1 + t) + 0.5 * x * (1 - t) * (1 + t) * SCALE * (1 + 3 * CUBIC * x * x);
    }

    private static double inner(double x) {
        return SCALE * (x + CUBIC * x * x * x);
    }
}
