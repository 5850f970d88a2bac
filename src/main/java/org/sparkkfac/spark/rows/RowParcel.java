package org.sparkkfac.spark.rows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBytes;
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
public record RowParcel(
        @Nullable RowBlock block,
        long hashSum,
        long drawSum,
        SkippedRows skipped,
        @Nullable BadRow bad) {
    public static RowParcel of(BadRow bad) {
        return new RowParcel(null, 0, 0, new SkippedRows(), bad);
    }

    /** The parcel as bytes, to be kept in memory or on disk in a form that no serialiser of Spark changes. */
    public byte[] toBytes() {
        byte[] rows = block == null ? new byte[0] : RowBytes.bytes(block);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(rows.length);
            out.write(rows);
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            skipped.write(out);
            out.writeBoolean(bad != null);
            if (bad != null) {
                bad.write(out);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** The rows of a parcel of bytes, if there are any; nothing else is read. */
    public static Optional<RowBytes> rows(byte[] parcel) {
        ByteBuffer bytes = ByteBuffer.wrap(parcel);
        int length = bytes.getInt();
        return length == 0 ? Optional.empty() : Optional.of(new RowBytes(bytes.limit(bytes.position() + length)));
    }

    /** Takes the rows of a parcel of bytes into a checksum: all that they are, their ids too, in their order. */
    public static void check(byte[] parcel, Checksum sum) {
        sum.update(parcel, 0, Integer.BYTES + ByteBuffer.wrap(parcel).getInt());
    }

    public static RowParcel ofBytes(byte[] bytes) {
        RowBlock block = rows(bytes).map(RowBytes::block).orElse(null);
        int rest = Integer.BYTES + ByteBuffer.wrap(bytes).getInt();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, rest, bytes.length - rest))) {
            long hashSum = in.readLong();
            long drawSum = in.readLong();
            SkippedRows skipped = SkippedRows.read(in);
            return new RowParcel(block, hashSum, drawSum, skipped, in.readBoolean() ? BadRow.read(in) : null);
        } catch (IOException e) {
            throw new IllegalStateException("kept rows cannot be read", e);
        }
    }
}
