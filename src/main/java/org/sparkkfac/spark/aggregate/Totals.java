package org.sparkkfac.spark.aggregate;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;

/** The results of all groups, added up in the order in which they are given: group order. */
public abstract class Totals {
    /** The matrices to which those of the results are added; shared. */
    public abstract List<DoubleMatrix> parts();

    /** Adds what the head of a result says. */
    protected abstract void readHead(DataInputStream in) throws IOException;

    /** Adds some entries of a result to some of {@link #parts}. */
    protected void receive(DoubleMatrix part, ByteBuffer bytes) {
        part.addFrom(bytes);
    }

    /**
     * Adds what {@link GroupResult#head} wrote.
     *
     * @throws UserException for a bad row
     */
    final void addHead(byte[] head) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(head))) {
            readHead(in);
        } catch (IOException e) {
            throw new IllegalStateException("a task's result cannot be read", e);
        }
    }

    /**
     * Adds what {@link GroupResult#toBytes} wrote.
     *
     * @throws UserException for a bad row
     */
    public final void add(byte[] result) {
        ByteBuffer bytes = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        byte[] head = new byte[bytes.getInt()];
        bytes.get(head);
        addHead(head);
        List<DoubleMatrix> parts = parts();
        int[] starts = new int[parts.size()];
        int next = bytes.position();
        for (int k = 0; k < starts.length; k++) {
            starts[k] = next;
            next += Math.toIntExact(parts.get(k).byteSize());
        }
        // Every entry is added to once, so that the order does not matter.
        IntStream.range(0, starts.length)
                .parallel()
                .forEach(k -> receive(
                        parts.get(k),
                        ByteBuffer.wrap(result, starts[k], result.length - starts[k])
                                .order(ByteOrder.LITTLE_ENDIAN)));
    }
}
