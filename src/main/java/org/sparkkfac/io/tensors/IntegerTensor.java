package org.sparkkfac.io.tensors;

import java.io.IOException;

/**
 * A tensor of longs in row-major order, for counts. Like {@link DenseTensor} it owns its array and copies nothing.
 */
public final class IntegerTensor implements Tensor {
    private final Shape shape;
    private final long[] values;

    /**
     * A tensor on this array, which it owns from now on.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's size
     */
    public IntegerTensor(Shape shape, long[] values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(values.length + " values for a tensor of shape " + shape);
        }
        this.shape = shape;
        this.values = values;
    }

    /** One count, as the tensor of shape {@code [1]} which kronfluence writes. */
    public static IntegerTensor count(long value) {
        return new IntegerTensor(Shape.of(1), new long[] {value});
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public Dtype dtype() {
        return Dtype.I64;
    }

    /** The elements themselves, row-major, not a copy. */
    public long[] values() {
        return values;
    }

    @Override
    public void writeTo(TensorSink sink) throws IOException {
        for (long value : values) {
            sink.put(value);
        }
    }

    /** As in the header: {@code I64 [1]}; never the values. */
    @Override
    public String toString() {
        return dtype() + " " + shape;
    }
}
