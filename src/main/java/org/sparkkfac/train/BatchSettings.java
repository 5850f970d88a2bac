package org.sparkkfac.train;

import org.sparkkfac.UserException;

/**
 * How many rows a step is made from: {@code m_k = min(m_1·e^{(k−1)/b}, N)}, b such that {@code m_K = N}; Martens and
 * Grosse 2015, section 13.
 *
 * @param rows m_1; {@link Long#MAX_VALUE} for all rows
 * @param fullAt K, the step from which on all rows are taken; 0 for batches that do not grow
 * @param chunkRows blocks are cut to so many rows before an epoch's order is drawn, so that a batch is spread over the
 *     dataset and over its groups
 */
public record BatchSettings(long rows, long fullAt, int chunkRows) {
    /** Rejects empty batches. */
    public BatchSettings {
        if (rows < 1) {
            throw new UserException("train.batch-rows must be at least 1, not " + rows);
        }
        if (fullAt < 0 || fullAt == 1) {
            throw new UserException("train.batch-full-at must be 0 or at least 2, not " + fullAt);
        }
        if (chunkRows < 1) {
            throw new UserException("train.batch-chunk-rows must be at least 1, not " + chunkRows);
        }
    }

    /** All rows at every step. */
    public static BatchSettings full() {
        return new BatchSettings(Long.MAX_VALUE, 0, 256);
    }

    /** The same number of rows at every step. */
    public static BatchSettings of(long rows) {
        return new BatchSettings(rows, 0, 256);
    }

    /** The most neighbouring rows of a step: a chunk, but whole blocks where a batch may be all rows. */
    public long longestRange() {
        return rows == Long.MAX_VALUE || fullAt > 0 ? Long.MAX_VALUE : chunkRows;
    }

    /** Rows of step k, counted from 1, of a dataset of n rows. */
    public long at(long k, long n) {
        if (rows >= n || (fullAt > 0 && k >= fullAt)) {
            return n;
        }
        if (fullAt == 0) {
            return rows;
        }
        double exponent = (double) (k - 1) / (fullAt - 1);
        return Math.min(n, Math.round(rows * Math.pow((double) n / rows, exponent)));
    }
}
