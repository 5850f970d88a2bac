package org.sparkkfac.nn;

/** Rows of which any contiguous range is available as a block. */
public interface RowSlices {
    /** Number of rows. */
    int rows();

    /** The rows {@code first … first + count − 1}. */
    RowBlock slice(int first, int count);
}
