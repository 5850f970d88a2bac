package org.sparkkfac.report;

import java.util.List;

/**
 * A quantity to draw against.
 *
 * @param name with its unit
 * @param values one a point, finite
 */
public record Axis(String name, List<Double> values) {
    /** Copies the list. */
    public Axis {
        values = List.copyOf(values);
    }
}
