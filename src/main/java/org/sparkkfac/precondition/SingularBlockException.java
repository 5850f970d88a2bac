package org.sparkkfac.precondition;

import java.util.Locale;
import org.sparkkfac.NumericalException;

/** A block, or a factor of one, has no inverse in floating point at the damping chosen. */
public final class SingularBlockException extends NumericalException {
    private final String layer;
    private final double smallest;
    private final double largest;

    SingularBlockException(String layer, String what, double smallest, double largest, double damping) {
        super(message(layer, what, smallest, largest, damping));
        this.layer = layer;
        this.smallest = smallest;
        this.largest = largest;
    }

    private static String message(String layer, String what, double smallest, double largest, double damping) {
        String condition = smallest > 0
                ? String.format(Locale.ROOT, "condition number %.3g", largest / smallest)
                : "condition number infinite";
        String mend = largest > 0
                ? String.format(Locale.ROOT, "a damping of %.1g would give a condition number of 1e6", largest * 1e-6)
                : "it is zero: no gradient reaches this layer; any damping > 0 makes it invertible";
        return String.format(
                Locale.ROOT,
                "layer %s: %s is singular with damping %.3g: eigenvalues from %.3g to %.3g, %s; %s",
                layer,
                what,
                damping,
                smallest,
                largest,
                condition,
                mend);
    }

    /** Name of the layer. */
    public String layer() {
        return layer;
    }

    /** Smallest eigenvalue without damping; below zero by rounding counts as 0. */
    public double smallestEigenvalue() {
        return smallest;
    }

    /** Largest eigenvalue without damping. */
    public double largestEigenvalue() {
        return largest;
    }
}
