package org.sparkkfac.spark;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.StepSums;

/**
 * What the task of one group found: matrices of sums, and a head that holds the rest, such as the rows that it left out or
 * the bad row that ended it. It travels as bytes, so that Spark's serialisers have nothing to say in it; {@link Totals}
 * reads them.
 */
final class GroupResult {
    private final List<DoubleMatrix> parts;
    private final byte[] head;

    private GroupResult(List<DoubleMatrix> parts, byte[] head) {
        this.parts = parts;
        this.head = head;
    }

    static GroupResult of(StatisticsState state, long hashSum, long drawSum, SkippedRows skipped) {
        return new GroupResult(state.parts(), head(out -> {
            out.writeBoolean(true);
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            skipped.write(out);
            state.writeCounts(out);
        }));
    }

    /** The answer of a training step's group, whose rows were checked before. */
    static GroupResult of(StepSums sums) {
        return new GroupResult(sums.parts(), head(sums::writeCounts));
    }

    static GroupResult of(Assessment assessment, SkippedRows skipped) {
        return new GroupResult(List.of(), head(out -> {
            out.writeBoolean(true);
            skipped.write(out);
            assessment.write(out);
        }));
    }

    static GroupResult of(LayerInverse inverse) {
        List<DoubleMatrix> tensors = inverse.tensors().values().stream()
                .map(DoubleMatrix.class::cast)
                .toList();
        return new GroupResult(tensors, head(out -> {
            out.writeBoolean(true);
            out.writeDouble(inverse.damping());
        }));
    }

    /** What kept a block from being inverted. */
    static GroupResult of(NumericalException failure) {
        return new GroupResult(List.of(), head(out -> {
            out.writeBoolean(false);
            for (byte[] chunk : ObjectBytes.encode(failure)) {
                out.write(chunk);
            }
        }));
    }

    static GroupResult of(BadRow bad) {
        return new GroupResult(List.of(), head(out -> {
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
