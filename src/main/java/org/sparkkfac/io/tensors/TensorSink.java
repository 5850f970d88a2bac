package org.sparkkfac.io.tensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sparkkfac.UserException;

/**
 * Where a {@link TensorSource} puts its elements, in row-major order: a stream of little-endian bytes.
 *
 * <p>Doubles go into floating tensors and longs into integer tensors; the other pairing, or a number of elements that is
 * not the shape's, is a bug of the source and throws {@link IllegalStateException}.
 */
public final class TensorSink {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final String place;
    private final Dtype dtype;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long remaining;

    TensorSink(OutputStream out, TensorInfo tensor, String place) {
        this.out = out;
        this.place = place + ": tensor '" + tensor.name() + "'";
        this.dtype = tensor.dtype();
        this.size = tensor.shape().size();
        this.remaining = size;
    }

    /** Puts the next element of a floating tensor. */
    public void put(double value) throws IOException {
        claim(1, true);
        reserve();
        putFloating(value);
    }

    /** Puts the next {@code count} elements of a floating tensor, {@code values[from]} first. */
    public void put(double[] values, int from, int count) throws IOException {
        claim(count, true);
        for (int done = 0; done < count; ) {
            reserve();
            int chunk = Math.min(count - done, buffer.remaining() / dtype.width());
            putChunk(values, from + done, chunk);
            done += chunk;
        }
    }

    /** Puts the next element of an integer tensor. */
    public void put(long value) throws IOException {
        claim(1, false);
        reserve();
        buffer.putLong(value);
    }

    /** Writes what is buffered, after checking that the source put as many elements as its shape has. */
    void finish() throws IOException {
        if (remaining != 0) {
            throw new IllegalStateException(place + ": its source put " + (size - remaining) + " of " + size);
        }
        flush();
    }

    private void claim(int count, boolean floating) {
        if (floating != dtype.isFloating()) {
            throw new IllegalStateException(place + ": its source put the wrong kind of number into " + dtype);
        }
        remaining -= count;
        if (remaining < 0) {
            throw new IllegalStateException(place + ": its source put more than " + size);
        }
    }

    private void reserve() throws IOException {
        if (buffer.remaining() < dtype.width()) {
            flush();
        }
    }

    private void putChunk(double[] values, int from, int count) {
        if (dtype == Dtype.F64) {
            buffer.asDoubleBuffer().put(values, from, count);
            buffer.position(buffer.position() + count * Double.BYTES);
        } else {
            for (int i = from; i < from + count; i++) {
                putFloating(values[i]);
            }
        }
    }

    private void putFloating(double value) {
        if (dtype == Dtype.F64) {
            buffer.putDouble(value);
        } else {
            buffer.putFloat(single(value));
        }
    }

    private float single(double value) {
        float rounded = (float) value;
        if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
            throw new UserException(place + ": " + value + " is too large for F32; write it as F64");
        }
        return rounded;
    }

    private void flush() throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
