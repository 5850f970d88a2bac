package org.sparkkfac.io.tensors;

import java.io.IOException;
import org.sparkkfac.linalg.Entries;

/** A tensor of doubles; of rank two it is a matrix, of rank one a column. */
public final class DenseTensor extends Tensor implements Entries {
    private final double[] values;

    /**
     * A tensor on this array, which it owns from now on.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's size
     */
    public DenseTensor(Shape shape, double[] values) {
        super(shape, values.length);
        this.values = values;
    }

    /** A vector on this array, which it owns from now on. */
    public static DenseTensor vector(double... values) {
        return new DenseTensor(Shape.of(values.length), values);
    }

    @Override
    public Dtype dtype() {
        return Dtype.F64;
    }

    /** The elements themselves, row-major, not a copy. */
    public double[] values() {
        return values;
    }

    @Override
    public int rows() {
        return Math.toIntExact(shape().extent(0));
    }

    @Override
    public int columns() {
        return rank() == 1 ? 1 : Math.toIntExact(shape().extent(1));
    }

    @Override
    public int rank() {
        return shape().rank();
    }

    @Override
    public double get(int row, int column) {
        return values[row * columns() + column];
    }

    @Override
    public void writeTo(TensorSink sink) throws IOException {
        sink.put(values, 0, values.length);
    }
}
