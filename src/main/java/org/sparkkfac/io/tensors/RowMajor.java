package org.sparkkfac.io.tensors;

import org.sparkkfac.linalg.Entries;

/**
 * The values of a tensor of rank two as a matrix, or of rank one as a column.
 *
 * @param tensor [rows, columns] or [rows]
 */
public record RowMajor(DenseTensor tensor) implements Entries {
    @Override
    public int rows() {
        return Math.toIntExact(tensor.shape().extent(0));
    }

    @Override
    public int columns() {
        return rank() == 1 ? 1 : Math.toIntExact(tensor.shape().extent(1));
    }

    @Override
    public int rank() {
        return tensor.shape().rank();
    }

    @Override
    public double get(int row, int column) {
        return tensor.values()[row * columns() + column];
    }
}
