package org.sparkkfac.spark.rows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.SkippedRows;

/**
 * What one pass over kept blocks finds out: how many rows each has (0 where all rows were bad),
 * a hash of all rows, and the rows that were left out.
 */
public final class BlockCensus {
    /** An odd number, by which every group's checksum keeps its place. */
    private static final long ORDER_FACTOR = 0x9E3779B97F4A7C15L;

    private final List<List<Integer>> groups = new ArrayList<>();
    private final SkippedRows skipped = new SkippedRows();
    private long hashSum;
    private long orderHash;
    private double weight;

    /** The census of one group, made in its task, for {@link #add}. */
    public static byte[] count(Iterator<byte[]> parcels) {
        List<Integer> sizes = new ArrayList<>();
        SkippedRows left = new SkippedRows();
        long hashes = 0;
        CRC32C order = new CRC32C();
        double weights = 0;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            while (parcels.hasNext()) {
                byte[] kept = parcels.next();
                RowParcel parcel = RowParcel.ofBytes(kept);
                if (parcel.bad() != null) {
                    out.writeBoolean(false);
                    parcel.bad().write(out);
                    return bytes.toByteArray();
                }
                RowBlock block = parcel.block();
                sizes.add(block == null ? 0 : block.rows());
                hashes += parcel.hashSum();
                RowParcel.check(kept, order);
                left.merge(parcel.skipped());
                for (int b = 0; block != null && b < block.rows(); b++) {
                    weights += block.weight(b);
                }
            }
            out.writeBoolean(true);
            out.writeLong(hashes);
            out.writeLong(order.getValue());
            out.writeDouble(weights);
            left.write(out);
            out.writeInt(sizes.size());
            for (int rows : sizes) {
                out.writeInt(rows);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Adds the next group.
     *
     * @throws UserException for a bad row
     */
    public void add(byte[] group) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(group))) {
            if (!in.readBoolean()) {
                throw BadRow.read(in).refusal();
            }
            hashSum += in.readLong();
            orderHash = orderHash * ORDER_FACTOR + in.readLong();
            weight += in.readDouble();
            skipped.merge(SkippedRows.read(in));
            List<Integer> sizes = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                sizes.add(in.readInt());
            }
            groups.add(sizes);
        } catch (IOException e) {
            throw new IllegalStateException("a task's result cannot be read", e);
        }
    }

    public BlockIndex index() {
        return new BlockIndex(groups);
    }

    /** A hash of all rows (features, label, weight), whatever their order, and their number. */
    public String fingerprint() {
        return String.format(Locale.ROOT, "%016x-%d", hashSum, index().rows());
    }

    /** A hash of all rows with their ids and places: rows in another order, or of other names, have another. */
    public String order() {
        return String.format(Locale.ROOT, "%016x", orderHash);
    }

    public double weight() {
        return weight;
    }

    public SkippedRows skipped() {
        return skipped;
    }
}
