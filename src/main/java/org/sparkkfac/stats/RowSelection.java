package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Some of the rows of a dataset, as ranges of its blocks in the blocks' order, in which they are added up.
 *
 * @param ranges none empty
 */
public record RowSelection(List<RowRange> ranges) {
    private static final Comparator<RowRange> ORDER =
            Comparator.comparingInt(RowRange::block).thenComparingInt(RowRange::first);

    /** No rows. */
    public static final RowSelection NONE = new RowSelection(List.of());

    /** Sorts the ranges and drops empty ones. */
    public RowSelection {
        ranges =
                ranges.stream().filter(range -> range.count() > 0).sorted(ORDER).toList();
    }

    /** Number of rows. */
    public long rows() {
        return ranges.stream().mapToLong(RowRange::count).sum();
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * About {@code fraction} of the rows, an equal share of every range, so that what a range stands for stays
     * represented: {@code ⌈fraction·count⌉} neighbouring rows of each.
     *
     * @param position in [0, 1): where in its range the share begins
     */
    public RowSelection fraction(double fraction, double position) {
        if (fraction >= 1) {
            return this;
        }
        List<RowRange> some = new ArrayList<>();
        for (RowRange range : ranges) {
            int count = (int) Math.min(range.count(), Math.ceil(fraction * range.count()));
            int shift = (int) (position * (range.count() - count + 1));
            some.add(new RowRange(range.block(), range.first() + shift, count));
        }
        return new RowSelection(some);
    }

    /** The ranges of one block. */
    List<RowRange> of(int block) {
        return ranges.stream().filter(range -> range.block() == block).toList();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(ranges.size());
        for (RowRange range : ranges) {
            out.writeInt(range.block());
            out.writeInt(range.first());
            out.writeInt(range.count());
        }
    }

    static RowSelection read(DataInput in) throws IOException {
        int count = in.readInt();
        List<RowRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new RowRange(in.readInt(), in.readInt(), in.readInt()));
        }
        return new RowSelection(ranges);
    }
}
