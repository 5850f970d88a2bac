package org.sparkkfac.spark;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/**
 * What the task of one group found: its sums, the sums of its rows' hashes without and with the keys of draws, and the
 * rows that it left out; or the bad row that ended it. It travels as bytes, so that Spark's serialisers have nothing to
 * say in it; {@link GroupTotals} reads them.
 */
final class GroupResult {
    private final @Nullable StatisticsState state;
    private final byte[] head;

    private GroupResult(@Nullable StatisticsState state, byte[] head) {
        this.state = state;
        this.head = head;
    }

    static GroupResult of(StatisticsState state, long hashSum, long drawSum, SkippedRows skipped) {
        return new GroupResult(state, head(out -> {
            out.writeBoolean(true);
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            skipped.write(out);
            state.writeCounts(out);
        }));
    }

    static GroupResult of(BadRow bad) {
        return new GroupResult(null, head(out -> {
            out.writeBoolean(false);
            bad.write(out);
        }));
    }

    /** All but the matrices, as bytes. */
    byte[] head() {
        return head;
    }

    /** The matrices of the sums; none after a bad row. */
    List<DoubleMatrix> parts() {
        return state == null ? List.of() : state.parts();
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

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] head(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
