package org.sparkkfac.stats;

/**
 * Neighbouring rows of one block of a dataset.
 *
 * @param block number of the block
 * @param first first row, counted in the block
 * @param count how many rows
 */
public record RowRange(int block, int first, int count) {
    /** Rejects negative numbers. */
    public RowRange {
        if (block < 0 || first < 0 || count < 0) {
            throw new IllegalArgumentException("rows " + first + " and " + count + " more of block " + block);
        }
    }

    /** Whether the other range lies within this one. */
    boolean contains(RowRange other) {
        return block == other.block && first <= other.first && other.first + other.count <= first + count;
    }
}
