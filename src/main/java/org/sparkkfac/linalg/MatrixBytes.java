package org.sparkkfac.linalg;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The serialised form of a matrix: bytes, since an object stream takes a double at a time; in runs of whole columns, since an
 * array ends at 2 GiB, and a matrix of doubles with more than 16,384 rows and columns does not.
 */
final class MatrixBytes implements Serializable {
    /** Large enough that the runs are few. */
    static final int LARGEST = 16 << 20;

    private static final long serialVersionUID = 1;

    private final int rows;
    private final int columns;
    private final int width;
    private final byte[][] runs;

    /**
     * The bytes of a matrix.
     *
     * @param largest bytes of a run, at most, but that every run has a column
     */
    MatrixBytes(DoubleMatrix matrix, int largest) {
        rows = matrix.rows();
        columns = matrix.columns();
        width = (int) Math.max(1, Math.min(columns, largest / (Double.BYTES * Math.max(1L, rows))));
        runs = new byte[(columns + width - 1) / width][];
        for (int r = 0; r < runs.length; r++) {
            DoubleMatrix run = run(matrix, r);
            runs[r] = new byte[Math.toIntExact(run.byteSize())];
            run.writeTo(buffer(r));
        }
    }

    /** The matrix. */
    DoubleMatrix matrix() {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        for (int r = 0; r < runs.length; r++) {
            run(matrix, r).readFrom(buffer(r));
        }
        return matrix;
    }

    private Object readResolve() {
        return matrix();
    }

    private DoubleMatrix run(DoubleMatrix matrix, int r) {
        return matrix.view(0, rows, r * width, Math.min(width, columns - r * width));
    }

    private ByteBuffer buffer(int r) {
        return ByteBuffer.wrap(runs[r]).order(ByteOrder.LITTLE_ENDIAN);
    }
}
