package org.sparkkfac.nn.activation;

import org.apache.commons.math3.special.Erf;

/** {@code φ(x) = x·Φ(x), Φ the normal distribution function; Hendrycks and Gimpel 2016}. */
record Gelu() implements Activation {
    @Override
    public String op() {
        return "gelu";
    }

    @Override
    public double value(double x) {
        return x * cumulative(x);
    }

    @Override
    public double derivative(double x) {
        return cumulative(x) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }

    private static double cumulative(double x) {
        return 0.5 * Erf.erfc(-x / Math.sqrt(2));
    }
}
