package org.sparkkfac.spark.aggregate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;

/**
 * How the matrices of a state are cut: each into runs of whole columns of at most about {@link #BYTES}, numbered from 0.
 * A packed symmetric sum is already a list of tile columns.
 */
public final class Tiles implements Serializable {
    private static final long serialVersionUID = 1;

    /** Large enough that a record's overhead does not count, small enough that several fit anywhere. */
    private static final long BYTES = 4 << 20;

    private final int[] part;
    private final int[] firstColumn;
    private final int[] columns;
    private final long bytes;

    private Tiles(List<int[]> tiles, long bytes) {
        part = tiles.stream().mapToInt(tile -> tile[0]).toArray();
        firstColumn = tiles.stream().mapToInt(tile -> tile[1]).toArray();
        columns = tiles.stream().mapToInt(tile -> tile[2]).toArray();
        this.bytes = bytes;
    }

    /** The tiles of matrices of these shapes. */
    public static Tiles of(List<DoubleMatrix> parts) {
        List<int[]> tiles = new ArrayList<>();
        long bytes = 0;
        for (int p = 0; p < parts.size(); p++) {
            DoubleMatrix matrix = parts.get(p);
            bytes += (long) Double.BYTES * matrix.rows() * matrix.columns();
            int width = (int) Math.max(1, BYTES / (Double.BYTES * Math.max(1L, matrix.rows())));
            for (int first = 0; first < matrix.columns(); first += width) {
                tiles.add(new int[] {p, first, Math.min(width, matrix.columns() - first)});
            }
        }
        return new Tiles(tiles, bytes);
    }

    int count() {
        return part.length;
    }

    /** Bytes of all tiles. */
    public long bytes() {
        return bytes;
    }

    /** A tile of a state, sharing its entries. */
    DoubleMatrix view(int tile, List<DoubleMatrix> parts) {
        DoubleMatrix matrix = parts.get(part[tile]);
        return matrix.view(0, matrix.rows(), firstColumn[tile], columns[tile]);
    }
}
