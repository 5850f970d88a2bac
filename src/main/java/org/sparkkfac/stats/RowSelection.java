package org.sparkkfac.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Some of the rows of a dataset, as ranges of its blocks in the blocks' order, in which they are added up.
 *
 * @param ranges none empty
 */
public record RowSelection(List<RowRange> ranges) implements Rows {
    private static final long serialVersionUID = 1;

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

    @Override
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

    @Override
    public List<RowRange> of(int block, int rows) {
        return ranges.stream().filter(range -> range.block() == block).toList();
    }

    /** The numbers of the blocks with such rows. */
    public Set<Integer> blocks() {
        return ranges.stream().map(RowRange::block).collect(Collectors.toCollection(TreeSet::new));
    }

    private Object writeReplace() {
        return new Packed(ranges.stream()
                .flatMapToInt(range -> IntStream.of(range.block(), range.first(), range.count()))
                .toArray());
    }

    /** The ranges in one array: an object stream pays for every object. */
    private record Packed(int[] numbers) implements Serializable {
        private Object readResolve() {
            List<RowRange> ranges = new ArrayList<>();
            for (int i = 0; i < numbers.length; i += 3) {
                ranges.add(new RowRange(numbers[i], numbers[i + 1], numbers[i + 2]));
            }
            return new RowSelection(ranges);
        }
    }
}
