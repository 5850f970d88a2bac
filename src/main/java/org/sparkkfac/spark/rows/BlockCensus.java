package org.sparkkfac.spark.rows;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.SkippedRows;

/**
 * What is known of the rows of a dataset once they have been gone through: how many each block has (0 where only bad rows
 * were left), hashes of all rows, their weight, and the rows that were left out.
 */
public final class BlockCensus {
    /** An odd number, by which every group's checksum keeps its place. */
    private static final long ORDER_FACTOR = 0x9E3779B97F4A7C15L;

    private final List<List<Integer>> groups = new ArrayList<>();
    private final SkippedRows skipped = new SkippedRows();
    private long hashSum;
    private long drawSum;
    private long orderHash;
    private double weight;

    /** What the task of a group counts. */
    public static final class Group {
        private final List<Integer> sizes = new ArrayList<>();
        private final SkippedRows skipped = new SkippedRows();
        private final CRC32C order = new CRC32C();
        private long hashSum;
        private long drawSum;
        private double weight;

        /** Adds the next block. */
        public void add(RowParcel parcel) {
            RowBlock block = parcel.block();
            sizes.add(block == null ? 0 : block.rows());
            hashSum += parcel.hashSum();
            drawSum += parcel.drawSum();
            skipped.merge(parcel.skipped());
            for (int b = 0; block != null && b < block.rows(); b++) {
                weight += block.weight(b);
            }
        }

        /** The checksum of all that the rows are, in their order. */
        public Checksum order() {
            return order;
        }

        /** Writes what {@link BlockCensus#addGroup} reads. */
        public void write(DataOutput out) throws IOException {
            out.writeLong(hashSum);
            out.writeLong(drawSum);
            out.writeLong(order.getValue());
            out.writeDouble(weight);
            skipped.write(out);
            out.writeInt(sizes.size());
            for (int rows : sizes) {
                out.writeInt(rows);
            }
        }
    }

    /** Adds the next group. */
    public void addGroup(DataInput in) throws IOException {
        hashSum += in.readLong();
        drawSum += in.readLong();
        orderHash = orderHash * ORDER_FACTOR + in.readLong();
        weight += in.readDouble();
        skipped.merge(SkippedRows.read(in));
        List<Integer> sizes = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            sizes.add(in.readInt());
        }
        groups.add(sizes);
    }

    /**
     * Checks that rows of some weight are left.
     *
     * @throws UserException if not
     */
    public void requireRows() {
        long rows = index().rows();
        if (rows == 0 && skipped.count() > 0) {
            SkippedRows.Sample first = skipped.samples().get(0);
            throw new UserException(
                    "all " + skipped.count() + " rows are bad (" + skipped + "), such as " + first.place() + ": "
                            + first.problem() + "; check which columns are named",
                    Component.FEATURES,
                    Component.LABEL,
                    Component.WEIGHT,
                    Component.ID);
        }
        if (rows == 0) {
            throw empty();
        }
        if (!(weight > 0)) {
            throw new UserException("all " + rows + " rows have weight 0; a mean over them does not exist");
        }
    }

    /** The refusal of a dataset without rows. */
    public static UserException empty() {
        return new UserException("the dataset is empty; check where its rows come from", Component.DATA_PATH);
    }

    /** How the blocks lie in groups. */
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

    /** The sum over the rows and the keys of their draws. */
    public long drawSum() {
        return drawSum;
    }

    public SkippedRows skipped() {
        return skipped;
    }
}
