package org.sparkkfac.spark.aggregate;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;

/**
 * What the task of one group found: matrices of sums, and a head that holds the rest, such as the rows that it left out or
 * the bad row that ended it. It travels as bytes, so that Spark's serialisers have nothing to say in it; {@link Totals}
 * reads them.
 */
public final class GroupResult {
    /** Writes what {@link Totals#readHead} of the same kind of result reads. */
    public interface Head {
        void write(DataOutputStream out) throws IOException;
    }

    private final List<DoubleMatrix> parts;
    private final byte[] head;

    private GroupResult(List<DoubleMatrix> parts, byte[] head) {
        this.parts = parts;
        this.head = head;
    }

    /** Some matrices, and what else there is to say. */
    public static GroupResult of(List<DoubleMatrix> parts, Head head) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            head.write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new GroupResult(parts, bytes.toByteArray());
    }

    /** All but the matrices, as bytes. */
    byte[] head() {
        return head;
    }

    /** The matrices of the sums; none after a bad row. */
    List<DoubleMatrix> parts() {
        return parts;
    }

    /** The length of the head, the head, and the matrices. */
    byte[] toBytes() {
        long size = (long) Integer.BYTES + head.length;
        for (DoubleMatrix part : parts()) {
            size += part.byteSize();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(head.length).put(head);
        parts().forEach(part -> part.writeTo(bytes));
        return bytes.array();
    }
}
