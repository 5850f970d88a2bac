package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.SkippedRows;

/**
 * What a task has read and checked: a block of rows with the rows that were left out before its end, or the bad row that
 * ends its group.
 *
 * @param block the rows; none if only bad ones were left
 * @param hashSum the sum of the rows' hashes
 * @param drawSum the sum of their hashes with the keys of their draws
 * @param skipped rows that were left out
 * @param bad the row that ends the group
 */
record RowParcel(
        @Nullable RowBlock block,
        long hashSum,
        long drawSum,
        SkippedRows skipped,
        @Nullable BadRow bad) {
    static RowParcel of(BadRow bad) {
        return new RowParcel(null, 0, 0, new SkippedRows(), bad);
    }

    /** The parcel as bytes, to be kept in memory or on disk: Spark's serialisers then have nothing to say in it. */
    byte[] toBytes() {
        byte[] rows = block == null ? new byte[0] : block.toBytes();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            skipped.write(out);
            out.writeBoolean(bad != null);
            if (bad != null) {
                bad.write(out);
            }
            out.writeInt(rows.length);
            out.write(rows);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static RowParcel ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long hashSum = in.readLong();
            long drawSum = in.readLong();
            SkippedRows skipped = SkippedRows.read(in);
            BadRow bad = in.readBoolean() ? BadRow.read(in) : null;
            byte[] rows = new byte[in.readInt()];
            in.readFully(rows);
            return new RowParcel(rows.length == 0 ? null : RowBlock.ofBytes(rows), hashSum, drawSum, skipped, bad);
        } catch (IOException e) {
            throw new IllegalStateException("kept rows cannot be read", e);
        }
    }
}
