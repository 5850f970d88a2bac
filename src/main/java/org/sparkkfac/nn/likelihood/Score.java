package org.sparkkfac.nn.likelihood;

import java.util.Map;

/**
 * A figure of merit that is a function of weighted means over rows: each row adds some terms, which can be summed in parts,
 * and the figure follows from their means.
 */
public interface Score {
    /** {@code accuracy} or {@code r2}. */
    String name();

    /** How many terms a row adds, for a network with this number of outputs. */
    int terms(int outputs);

    /** Overwrites {@code into} with the terms of a row with outputs f. */
    void terms(double[] f, double[] label, double[] into);

    /** The figure from the weighted means of the terms; NaN where it does not exist. */
    double of(double[] means);

    /** Further figures by their names, from the same means. */
    default Map<String, Double> further(double[] means, int outputs) {
        return Map.of();
    }
}
