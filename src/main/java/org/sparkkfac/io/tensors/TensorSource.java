package org.sparkkfac.io.tensors;

import java.io.IOException;

/**
 * Something that can be written as one tensor without being copied into one first, such as a packed triangle.
 *
 * <p>Shape and dtype are asked for once, before any element is; {@link #writeTo} then puts exactly {@code
 * shape().size()} elements in row-major order (last axis fastest) and may be called again for another file.
 */
public interface TensorSource {
    /** The extents of the tensor. */
    Shape shape();

    /** How the elements are written: {@code F64}, {@code F32} or {@code I64}. */
    Dtype dtype();

    /** Puts all elements into the sink, in row-major order. */
    void writeTo(TensorSink sink) throws IOException;

    /**
     * The same floating elements, written as {@code F32}: half the file, 24 bits of mantissa. Writing refuses a finite
     * element that is too large for it.
     *
     * @throws IllegalArgumentException if the elements are integers
     */
    default TensorSource asFloat32() {
        if (!dtype().isFloating()) {
            throw new IllegalArgumentException("a tensor of " + dtype() + " cannot be written as F32");
        }
        return new Rounded(this);
    }

    /**
     * Another source in single precision; the sink does the rounding.
     *
     * @param source in double precision
     */
    record Rounded(TensorSource source) implements TensorSource {
        @Override
        public Shape shape() {
            return source.shape();
        }

        @Override
        public Dtype dtype() {
            return Dtype.F32;
        }

        @Override
        public void writeTo(TensorSink sink) throws IOException {
            source.writeTo(sink);
        }
    }
}
