package org.sparkkfac.io.tensors;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.sparkkfac.UserException;

/** Reads one safetensors stream from its beginning to its end, one tensor in memory at a time. */
public final class SafetensorsReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final long length;
    private final String place;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * A reader at the beginning of a stream, which it does not close.
     *
     * @param length bytes of the stream
     * @param place the file, for errors
     */
    public SafetensorsReader(InputStream in, long length, String place) {
        this.in = in;
        this.length = length;
        this.place = place;
    }

    /** The checked header; leaves the stream at the first buffer. */
    public List<TensorInfo> header() throws IOException {
        if (length < SafetensorsHeader.PREFIX) {
            throw truncated("a file of " + length + " bytes has no header");
        }
        long claimed = fill(SafetensorsHeader.PREFIX).getLong();
        int jsonLength = SafetensorsHeader.checkJsonLength(claimed, length, place);
        byte[] json = in.readNBytes(jsonLength);
        if (json.length < jsonLength) {
            throw truncated("the file ends early");
        }
        return SafetensorsHeader.parse(json, length - SafetensorsHeader.PREFIX - jsonLength, place);
    }

    /** After {@link #header}: visits the wanted tensors in the order of the file and passes over the others. */
    public void visit(List<TensorInfo> header, Predicate<String> wanted, BiConsumer<String, Tensor> visitor)
            throws IOException {
        for (TensorInfo tensor : header) {
            if (wanted.test(tensor.name())) {
                visitor.accept(tensor.name(), tensor(tensor));
            } else {
                skip(tensor.bytes());
            }
        }
    }

    private Tensor tensor(TensorInfo tensor) throws IOException {
        long size = tensor.shape().size();
        if (size > Tensor.MAX_ELEMENTS) {
            throw new UserException(place + ": tensor '" + tensor.name() + "' has " + size + " elements and at most "
                    + Tensor.MAX_ELEMENTS + " fit into memory as one; use smaller layers or blocks");
        }
        return tensor.dtype().isFloating() ? dense(tensor, (int) size) : integers(tensor, (int) size);
    }

    private DenseTensor dense(TensorInfo tensor, int size) throws IOException {
        double[] values = new double[size];
        for (int from = 0; from < size; ) {
            int count = Math.min(BUFFER_BYTES / tensor.dtype().width(), size - from);
            Decoding.doubles(tensor.dtype(), fill(count * tensor.dtype().width()), values, from, count);
            from += count;
        }
        return new DenseTensor(tensor.shape(), values);
    }

    private IntegerTensor integers(TensorInfo tensor, int size) throws IOException {
        long[] values = new long[size];
        for (int from = 0; from < size; ) {
            int count = Math.min(BUFFER_BYTES / tensor.dtype().width(), size - from);
            Decoding.longs(tensor.dtype(), fill(count * tensor.dtype().width()), values, from, count);
            from += count;
        }
        return new IntegerTensor(tensor.shape(), values);
    }

    /** The next {@code count} bytes, in the one buffer that every call reuses. */
    private ByteBuffer fill(int count) throws IOException {
        if (in.readNBytes(buffer.array(), 0, count) < count) {
            throw truncated("the file ends early");
        }
        return buffer.clear().limit(count);
    }

    private void skip(long count) throws IOException {
        try {
            in.skipNBytes(count);
        } catch (EOFException e) {
            throw truncated("the file ends early");
        }
    }

    private UserException truncated(String what) {
        return new UserException(place + ": " + what + "; it is cut short or not safetensors, write it again");
    }
}
