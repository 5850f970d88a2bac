package org.sparkkfac.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * The rows of a block as bytes, to be read again by the same version of this program. Reading a slice costs no more than its
 * rows.
 */
public final class RowBytes implements RowSlices {
    private static final int HEAD = 5 * Integer.BYTES;

    private final ByteBuffer bytes;
    private final Precision precision;
    private final int dimension;
    private final int rows;
    private final int labelLength;
    private final boolean isWeighted;

    /** The rows in what is left of a buffer that {@link #bytes} filled. */
    public RowBytes(ByteBuffer kept) {
        bytes = kept.slice().order(ByteOrder.LITTLE_ENDIAN);
        precision = bytes.getInt() == Double.BYTES ? Precision.DOUBLE : Precision.SINGLE;
        dimension = bytes.getInt();
        rows = bytes.getInt();
        labelLength = bytes.getInt();
        isWeighted = bytes.getInt() == 1;
    }

    /** A block as bytes: precision, sizes, features, labels, weights, ids. */
    public static byte[] bytes(RowBlock block) {
        int batch = block.rows();
        Matrix x = block.features().extended();
        DoubleMatrix y = block.labels();
        int labelLength = y == null ? -1 : y.rows();
        boolean weighted = !block.hasUnitWeights();
        long size = HEAD
                + (long) batch * (x.rows() * x.precision().bytes() + Long.BYTES)
                + (long) batch * Double.BYTES * (Math.max(labelLength, 0) + (weighted ? 1 : 0));
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(x.precision().bytes()).putInt(x.rows()).putInt(batch).putInt(labelLength);
        bytes.putInt(weighted ? 1 : 0);
        x.writeTo(bytes);
        if (y != null) {
            y.writeTo(bytes);
        }
        for (int b = 0; weighted && b < batch; b++) {
            bytes.putDouble(block.weight(b));
        }
        for (int b = 0; b < batch; b++) {
            bytes.putLong(block.id(b));
        }
        return bytes.array();
    }

    @Override
    public int rows() {
        return rows;
    }

    /** All rows. */
    public RowBlock block() {
        return slice(0, rows);
    }

    @Override
    public RowBlock slice(int first, int count) {
        int at = HEAD;
        Matrix x = Matrix.zeros(precision, dimension, count);
        x.readFrom(from(at, first, dimension * precision.bytes()));
        at += rows * dimension * precision.bytes();
        @Nullable DoubleMatrix labels = null;
        if (labelLength >= 0) {
            labels = DoubleMatrix.zeros(labelLength, count);
            labels.readFrom(from(at, first, labelLength * Double.BYTES));
            at += rows * labelLength * Double.BYTES;
        }
        double @Nullable [] weights = null;
        if (isWeighted) {
            weights = new double[count];
            from(at, first, Double.BYTES).asDoubleBuffer().get(weights);
            at += rows * Double.BYTES;
        }
        long[] ids = new long[count];
        from(at, first, Long.BYTES).asLongBuffer().get(ids);
        return new RowBlock(new Values(x), labels, weights, ids);
    }

    private ByteBuffer from(int start, int first, int bytesOfRow) {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(start + first * bytesOfRow);
    }
}
