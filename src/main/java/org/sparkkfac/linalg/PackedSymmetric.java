package org.sparkkfac.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A symmetric n × n sum of outer products, kept as tile columns of its upper triangle.
 *
 * <p>Tile column k holds the columns {@code 256k … 256k + 255} down to and including their diagonal tile, as one dense
 * matrix; the part of the diagonal tile below the diagonal is never read. Memory is {@code 8·n(n + 256)/2} bytes. A
 * batch is added with one gemm for the rectangle and one syrk for the diagonal tile of each tile column, so no flop is
 * spent below the diagonal tiles.
 */
public final class PackedSymmetric implements Entries {
    /** Columns of a tile column: wide enough for gemm to run at its full speed, narrow enough to waste little memory. */
    static final int TILE = 256;

    private final int dimension;
    private final List<DoubleMatrix> tileColumns;

    /** The zero matrix of the given dimension. */
    public PackedSymmetric(int dimension) {
        this.dimension = dimension;
        this.tileColumns = new ArrayList<>();
        for (int first = 0; first < dimension; first += TILE) {
            int width = Math.min(TILE, dimension - first);
            tileColumns.add(DoubleMatrix.zeros(first + width, width));
        }
    }

    /** The packed form of a symmetric matrix, of which only the upper triangle is read. */
    public static PackedSymmetric of(DoubleMatrix symmetric) {
        PackedSymmetric packed = new PackedSymmetric(symmetric.rows());
        for (int k = 0; k < packed.tileColumns.size(); k++) {
            DoubleMatrix tiles = packed.tileColumns.get(k);
            tiles.copyFrom(symmetric.view(0, tiles.rows(), k * TILE, tiles.columns()));
        }
        return packed;
    }

    public int dimension() {
        return dimension;
    }

    @Override
    public int rows() {
        return dimension;
    }

    @Override
    public int columns() {
        return dimension;
    }

    /** Bytes of the sums of a matrix of this dimension. */
    public static long bytes(long dimension) {
        long bytes = 0;
        for (long first = 0; first < dimension; first += TILE) {
            long width = Math.min(TILE, dimension - first);
            bytes += Double.BYTES * (first + width) * width;
        }
        return bytes;
    }

    /** Adds {@code x·xᵀ}, for x of dimension × rows. A single-precision product is added in double precision. */
    public void addGram(Matrix x) {
        if (x.rows() != dimension) {
            throw new IllegalArgumentException(
                    "a sum of dimension " + dimension + " cannot take columns of " + x.rows());
        }
        for (int k = 0; k < tileColumns.size(); k++) {
            DoubleMatrix tiles = tileColumns.get(k);
            int first = k * TILE;
            int width = tiles.columns();
            Matrix own = x.rows(first, width);
            if (first > 0) {
                tiles.view(0, first, 0, width).addProduct(x.rows(0, first), false, own, true);
            }
            tiles.view(first, width, 0, width).addUpperGram(own);
        }
    }

    /** The tile columns, shared: sums of equal dimension add up tile column by tile column. */
    public List<DoubleMatrix> parts() {
        return List.copyOf(tileColumns);
    }

    @Override
    public double get(int row, int column) {
        int i = Math.min(row, column);
        int j = Math.max(row, column);
        return tileColumns.get(j / TILE).get(i, j % TILE);
    }

    @Override
    public DoubleMatrix toDense(double factor) {
        DoubleMatrix dense = DoubleMatrix.zeros(dimension, dimension);
        IntStream.range(0, tileColumns.size()).parallel().forEach(k -> {
            DoubleMatrix tiles = tileColumns.get(k);
            dense.view(0, tiles.rows(), k * TILE, tiles.columns()).setToMultiple(factor, tiles);
        });
        dense.mirrorUpper();
        return dense;
    }

    public double trace() {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += get(i, i);
        }
        return sum;
    }

    /** Whether no entry is NaN or infinite. */
    @Override
    public boolean isFinite() {
        for (int k = 0; k < tileColumns.size(); k++) {
            DoubleMatrix tiles = tileColumns.get(k);
            for (int j = 0; j < tiles.columns(); j++) {
                if (!tiles.view(0, k * TILE + j + 1, j, 1).isFinite()) {
                    return false;
                }
            }
        }
        return true;
    }
}
