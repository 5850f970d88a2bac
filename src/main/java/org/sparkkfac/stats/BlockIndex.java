package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * How a dataset is cut: numbered blocks, in contiguous groups that are each folded by one task.
 *
 * @param groups the number of rows of every block, group by group
 */
public record BlockIndex(List<List<Integer>> groups) {
    /** Copies the lists. */
    public BlockIndex {
        groups = groups.stream().map(List::copyOf).toList();
    }

    /** Number of blocks. */
    public int blocks() {
        return groups.stream().mapToInt(List::size).sum();
    }

    /** Number of rows. */
    public long rows() {
        return all().rows();
    }

    /** Number of the first block of a group. */
    public int first(int group) {
        return groups.subList(0, group).stream().mapToInt(List::size).sum();
    }

    /** All rows. */
    public RowSelection all() {
        List<RowRange> ranges = new ArrayList<>();
        for (int rows : sizes()) {
            ranges.add(new RowRange(ranges.size(), 0, rows));
        }
        return new RowSelection(ranges);
    }

    /** The number of rows of every block. */
    public List<Integer> sizes() {
        return groups.stream().flatMap(List::stream).toList();
    }
}
