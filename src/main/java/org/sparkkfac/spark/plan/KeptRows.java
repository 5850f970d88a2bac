package org.sparkkfac.spark.plan;

import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;

/**
 * Rows that Spark keeps as blocks on the executors: in memory as far as its share of it goes, then on disk.
 *
 * @param rows their number, or 0 if that is not known
 * @param bytesOfRow of a row
 * @param executors among which they are spread
 * @param room what an executor has for them
 */
public record KeptRows(long rows, long bytesOfRow, int executors, long room) {
    /** Of a row of a block: features with their one, labels, and an id. */
    public static long bytesOfRow(Network network, Precision precision, boolean weighted) {
        int labels = network.likelihood().labelLength(network.outputs());
        return (long) precision.bytes() * (network.inputs() + 1)
                + Double.BYTES * (labels + (weighted ? 1L : 0L))
                + Long.BYTES;
    }

    /** Of all of them. */
    public long bytes() {
        return rows * bytesOfRow;
    }

    /** What stays in the memory of one executor. */
    public long inMemory() {
        return Math.min(bytes() / executors, room);
    }

    /** What goes to disks. */
    public long onDisk() {
        return bytes() - Math.min(bytes(), executors * room);
    }
}
