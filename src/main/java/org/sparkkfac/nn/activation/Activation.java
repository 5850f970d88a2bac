package org.sparkkfac.nn.activation;

import java.util.Map;

/** A scalar function φ of one variable, applied to every entry of a layer's outputs. */
public interface Activation {
    /** The name in {@code model.json}. */
    String op();

    /** φ(x). */
    double value(double x);

    /** φ'(x); at a kink, the derivative from the left. */
    double derivative(double x);

    /** The constants of the function by their names in {@code model.json}, such as a slope. */
    default Map<String, Double> parameters() {
        return Map.of();
    }
}
