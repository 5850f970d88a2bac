package org.sparkkfac.io.tensors;

/**
 * A tensor in memory, in row-major order: doubles ({@link DenseTensor}, from F16, BF16, F32 and F64) or longs ({@link
 * IntegerTensor}, from I32 and I64).
 *
 * <p>The array is <em>not</em> copied, since it may hold gigabytes: a tensor owns the array that it is made of, and callers
 * of {@code values()} only read.
 */
public abstract sealed class Tensor implements TensorSource permits DenseTensor, IntegerTensor {
    /** The most elements that one tensor in memory can hold: the longest array of the JVM. */
    static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private final Shape shape;

    Tensor(Shape shape, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException(length + " values for a tensor of shape " + shape);
        }
        this.shape = shape;
    }

    @Override
    public final Shape shape() {
        return shape;
    }

    /** As in the header: {@code F64 [10, 65]}; never the values. */
    @Override
    public final String toString() {
        return dtype() + " " + shape;
    }
}
