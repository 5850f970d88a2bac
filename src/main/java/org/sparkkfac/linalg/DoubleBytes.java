package org.sparkkfac.linalg;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Doubles as big-endian bytes, many at a time: {@link DataOutput} alone pays a call a number. */
public final class DoubleBytes {
    private static final int CHUNK = 1024;

    private DoubleBytes() {}

    /** Writes the first {@code count} values. */
    public static void write(DataOutput out, double[] values, int count) throws IOException {
        byte[] bytes = new byte[Math.min(count, CHUNK) * Double.BYTES];
        for (int first = 0; first < count; first += CHUNK) {
            int length = Math.min(CHUNK, count - first);
            ByteBuffer.wrap(bytes).asDoubleBuffer().put(values, first, length);
            out.write(bytes, 0, length * Double.BYTES);
        }
    }

    /** Overwrites the first {@code count} values. */
    public static void read(DataInput in, double[] values, int count) throws IOException {
        byte[] bytes = new byte[Math.min(count, CHUNK) * Double.BYTES];
        for (int first = 0; first < count; first += CHUNK) {
            int length = Math.min(CHUNK, count - first);
            in.readFully(bytes, 0, length * Double.BYTES);
            ByteBuffer.wrap(bytes).asDoubleBuffer().get(values, first, length);
        }
    }

    /** Writes a matrix column by column. */
    public static void write(DataOutput out, DoubleMatrix matrix) throws IOException {
        double[] column = new double[matrix.rows()];
        for (int j = 0; j < matrix.columns(); j++) {
            matrix.getColumn(j, column);
            write(out, column, column.length);
        }
    }

    /** Adds to a matrix what {@link #write(DataOutput, DoubleMatrix)} wrote of one of the same shape. */
    public static void add(DataInput in, DoubleMatrix matrix) throws IOException {
        DoubleMatrix column = DoubleMatrix.zeros(matrix.rows(), 1);
        for (int j = 0; j < matrix.columns(); j++) {
            read(in, column);
            matrix.view(0, matrix.rows(), j, 1).add(1, column);
        }
    }

    /** Overwrites a matrix with what {@link #write(DataOutput, DoubleMatrix)} wrote of one of the same shape. */
    public static void read(DataInput in, DoubleMatrix matrix) throws IOException {
        double[] column = new double[matrix.rows()];
        for (int j = 0; j < matrix.columns(); j++) {
            read(in, column, column.length);
            matrix.setColumn(j, column);
        }
    }
}
