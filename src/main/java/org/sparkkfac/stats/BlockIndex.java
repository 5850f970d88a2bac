package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

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

    /** The groups in which some of these blocks are, in order. */
    public int[] groupsOf(Set<Integer> blocks) {
        NavigableSet<Integer> wanted = new TreeSet<>(blocks);
        return IntStream.range(0, groups.size())
                .filter(group -> !wanted.subSet(
                                first(group), first(group) + groups.get(group).size())
                        .isEmpty())
                .toArray();
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
