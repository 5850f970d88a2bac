package org.sparkkfac.io.tensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sparkkfac.UserException;

/** Writes the elements of one tensor to a stream, through one small buffer, and counts them. */
final class LittleEndianSink implements TensorSink {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final String place;
    private final Dtype dtype;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long remaining;

    LittleEndianSink(OutputStream out, TensorInfo tensor, String place) {
        this.out = out;
        this.place = place + ": tensor '" + tensor.name() + "'";
        this.dtype = tensor.dtype();
        this.size = tensor.shape().size();
        this.remaining = size;
    }

    @Override
    public void put(double value) throws IOException {
        claim(1, true);
        reserve();
        putFloating(value);
    }

    @Override
    public void put(double[] values, int from, int count) throws IOException {
        claim(count, true);
        for (int done = 0; done < count; ) {
            reserve();
            int chunk = Math.min(count - done, buffer.remaining() / dtype.width());
            putChunk(values, from + done, chunk);
            done += chunk;
        }
    }

    @Override
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
