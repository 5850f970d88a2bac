package org.sparkkfac.train.state;

/**
 * How far the rows of a dataset have been gone through: with the seed it fixes every batch to come.
 *
 * @param epoch how often all rows have been seen
 * @param chunk how many chunks of this epoch's order are finished
 * @param row rows of the next chunk that have been seen
 */
public record BatchCursor(long epoch, int chunk, int row) {
    /** Before the first row. */
    public static final BatchCursor START = new BatchCursor(0, 0, 0);
}
