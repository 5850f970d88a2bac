package org.sparkkfac.linalg;

import java.io.Serializable;
import java.util.Arrays;

/** A vector as n × 1 entries, which artefacts keep as a tensor of rank one. */
public final class VectorEntries implements Entries, Serializable {
    private static final long serialVersionUID = 1;

    private final double[] values;

    /** A vector of a copy of the values. */
    public VectorEntries(double... values) {
        this.values = values.clone();
    }

    @Override
    public int rank() {
        return 1;
    }

    @Override
    public int rows() {
        return values.length;
    }

    @Override
    public int columns() {
        return 1;
    }

    @Override
    public double get(int row, int column) {
        return values[row];
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
