package org.sparkkfac.report;

import java.util.List;

/**
 * A line of a chart, or what its points are drawn against.
 *
 * @param values one a point; NaN where there is none
 */
public record Series(String name, List<Double> values) {
    /** Copies the list. */
    public Series {
        values = List.copyOf(values);
    }

    /** Whether there is nothing to draw. */
    boolean isEmpty() {
        return values.stream().noneMatch(Double::isFinite);
    }
}
