package org.sparkkfac.nn.activation;

import java.util.Map;
import org.sparkkfac.linalg.Pointwise;

/**
 * A scalar function φ of one variable, applied to every entry of a layer's outputs.
 *
 * <p>{@link #value} and {@link #derivative} define it. A function on which a pass would spend much of its time says in
 * {@link #values} and {@link #derivatives} how to compute many numbers faster, to a few units in the last place.
 */
public interface Activation {
    /** The name in {@code model.json}. */
    String op();

    /** φ(x). */
    double value(double x);

    /** φ'(x); at a kink, the derivative from the left. */
    double derivative(double x);

    /** φ of many numbers. */
    default Pointwise values() {
        return new EachEntry(this::value);
    }

    /** φ' of many numbers: of their values y = φ(x) where {@link #derivativesFromValues()}, else of x. */
    default Pointwise derivatives() {
        return new EachEntry(this::derivative);
    }

    /** Whether {@link #derivatives} is a function of y = φ(x). */
    default boolean derivativesFromValues() {
        return false;
    }

    /** Whether φ grows on one side and hardly on the other, as relu does and most do; He's initial weights suit it. */
    default boolean isLikeRelu() {
        return true;
    }

    /** The constants of the function by their names in {@code model.json}, such as a slope. */
    default Map<String, Double> parameters() {
        return Map.of();
    }
}
