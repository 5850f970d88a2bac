package org.sparkkfac.io.tensors;

import java.io.IOException;

/**
 * Where a {@link TensorSource} puts its elements, in row-major order.
 *
 * <p>Doubles go into floating tensors and longs into integer tensors; the other pairing, or a number of elements that is
 * not the shape's, is a bug of the source and throws {@link IllegalStateException}.
 */
public interface TensorSink {
    /** Puts the next element of a floating tensor. */
    void put(double value) throws IOException;

    /** Puts the next {@code count} elements of a floating tensor, {@code values[from]} first. */
    void put(double[] values, int from, int count) throws IOException;

    /** Puts the next element of an integer tensor. */
    void put(long value) throws IOException;
}
