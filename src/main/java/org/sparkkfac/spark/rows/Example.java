package org.sparkkfac.spark.rows;

import org.jspecify.annotations.Nullable;

/**
 * A row that passed its checks, or the report of one that did not. Lives within one task; the next row is read into the
 * memory of its numbers.
 */
public final class Example {
    public final double[] features;
    final double @Nullable [] label;
    public final double weight;
    public final long id;
    final long hash;
    public final @Nullable BadRow bad;

    Example(double[] features, double @Nullable [] label, double weight, long id, long hash) {
        this.features = features;
        this.label = label;
        this.weight = weight;
        this.id = id;
        this.hash = hash;
        this.bad = null;
    }

    Example(BadRow bad) {
        this.features = new double[0];
        this.label = null;
        this.weight = 0;
        this.id = 0;
        this.hash = 0;
        this.bad = bad;
    }
}
