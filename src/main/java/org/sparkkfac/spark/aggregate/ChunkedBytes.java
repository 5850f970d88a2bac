package org.sparkkfac.spark.aggregate;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A stream into arrays of bounded size, each twice as long as the one before: their sum may pass the 2 GiB of one array. */
public final class ChunkedBytes extends OutputStream {
    /** Large enough that the arrays are few, small enough that the last one, half empty, does not count. */
    public static final int LARGEST = 16 << 20;

    private static final int FIRST = 32 << 10;

    private final int largest;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] chunk;
    private int used;

    /** A stream into arrays that are no longer than this. */
    public ChunkedBytes(int largest) {
        this.largest = largest;
        this.chunk = new byte[Math.min(FIRST, largest)];
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (used == chunk.length) {
                full.add(chunk);
                chunk = new byte[(int) Math.min(largest, 2L * chunk.length)];
                used = 0;
            }
            int count = Math.min(left, chunk.length - used);
            System.arraycopy(bytes, from, chunk, used, count);
            from += count;
            left -= count;
            used += count;
        }
    }

    /** What has been written. */
    public byte[][] chunks() {
        List<byte[]> all = new ArrayList<>(full);
        all.add(Arrays.copyOf(chunk, used));
        return all.toArray(byte[][]::new);
    }

    /** Reads chunks, one after the other. */
    public static InputStream read(byte[][] chunks) {
        return new SequenceInputStream(Collections.enumeration(
                Arrays.stream(chunks).map(ByteArrayInputStream::new).toList()));
    }
}
