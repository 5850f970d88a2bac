package org.sparkkfac.io.tensors;

import java.io.IOException;

/**
 * A tensor of doubles in row-major order.
 *
 * <p>The array is <em>not</em> copied, neither in nor out, because it may hold gigabytes: whoever makes the tensor hands
 * the array over and does not write to it any more, and whoever takes {@link #values()} from a tensor that others hold
 * only reads.
 */
public final class DenseTensor implements Tensor {
    private final Shape shape;
    private final double[] values;

    /**
     * A tensor on this array, which it owns from now on.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's size
     */
    public DenseTensor(Shape shape, double[] values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(values.length + " values for a tensor of shape " + shape);
        }
        this.shape = shape;
        this.values = values;
    }

    /** A vector on this array, which it owns from now on. */
    public static DenseTensor vector(double... values) {
        return new DenseTensor(Shape.of(values.length), values);
    }

    @Override
    public Shape shape() {
        return shape;
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
    public void writeTo(TensorSink sink) throws IOException {
        sink.put(values, 0, values.length);
    }

    /** As in the header: {@code F64 [10, 65]}; never the values. */
    @Override
    public String toString() {
        return dtype() + " " + shape;
    }
}
