package org.sparkkfac.io;

import org.sparkkfac.linalg.Entries;

/**
 * The values of a tensor of rank two as a matrix.
 *
 * @param tensor [rows, columns]
 */
record RowMajor(DenseTensor tensor) implements Entries {
    @Override
    public int rows() {
        return Math.toIntExact(tensor.shape().extent(0));
    }

    @Override
    public int columns() {
        return Math.toIntExact(tensor.shape().extent(1));
    }

    @Override
    public double get(int row, int column) {
        return tensor.values()[row * columns() + column];
    }
}
