package org.sparkkfac.io.tensors;

import java.io.IOException;

/** A tensor of longs, for counts. */
public final class IntegerTensor extends Tensor {
    private final long[] values;

    /**
     * A tensor on this array, which it owns from now on.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's size
     */
    public IntegerTensor(Shape shape, long[] values) {
        super(shape, values.length);
        this.values = values;
    }

    /** One count, as the tensor of shape {@code [1]} which kronfluence writes. */
    public static IntegerTensor count(long value) {
        return new IntegerTensor(Shape.of(1), new long[] {value});
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
}
