package org.sparkkfac.linalg;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A {@link Matrix} of floats, for batches computed in single precision. Scalar functions are evaluated in double. */
public final class FloatMatrix extends Matrix {
    private final float[] data;

    private FloatMatrix(float[] data, int rows, int columns, int offset, int stride) {
        super(rows, columns, offset, stride);
        this.data = data;
    }

    public static FloatMatrix zeros(int rows, int columns) {
        return new FloatMatrix(new float[paddedLength(rows, columns)], rows, columns, 0, Math.max(rows, 1));
    }

    @Override
    public Precision precision() {
        return Precision.SINGLE;
    }

    @Override
    public double get(int row, int column) {
        return data[index(row, column)];
    }

    @Override
    public void set(int row, int column, double value) {
        data[index(row, column)] = (float) value;
    }

    @Override
    public FloatMatrix view(int firstRow, int viewRows, int firstColumn, int viewColumns) {
        checkRectangle(firstRow, viewRows, firstColumn, viewColumns);
        return new FloatMatrix(data, viewRows, viewColumns, index(firstRow, firstColumn), stride);
    }

    @Override
    public void setToProduct(double alpha, Matrix a, boolean transposeA, Matrix b, boolean transposeB, double beta) {
        FloatMatrix left = ((FloatMatrix) a).padded();
        FloatMatrix right = ((FloatMatrix) b).padded();
        int inner = checkProduct(a, transposeA, b, transposeB);
        if (rows == 0 || columns == 0) {
            return;
        }
        if (inner == 0) {
            map(x -> beta == 0 ? 0 : beta * x); // netlib's check of the last index refuses empty factors
            return;
        }
        Blas.current()
                .netlib()
                .sgemm(
                        transposeA ? "T" : "N",
                        transposeB ? "T" : "N",
                        rows,
                        columns,
                        inner,
                        (float) alpha,
                        left.data,
                        left.offset,
                        left.stride,
                        right.data,
                        right.offset,
                        right.stride,
                        (float) beta,
                        data,
                        offset,
                        stride);
    }

    /** A new matrix with the upper triangle of {@code this·thisᵀ} and zeros below it; one syrk. */
    FloatMatrix upperGram() {
        FloatMatrix gram = zeros(rows, rows);
        if (rows > 0 && columns > 0) {
            FloatMatrix x = padded();
            Blas.current()
                    .netlib()
                    .ssyrk("U", "N", rows, columns, 1, x.data, x.offset, x.stride, 0, gram.data, 0, rows);
        }
        return gram;
    }

    /** This matrix, or a copy of it where its array ends too early for netlib; see {@link #paddedLength}. */
    private FloatMatrix padded() {
        return isPadded(data.length) ? this : (FloatMatrix) to(precision());
    }

    @Override
    public void map(DoubleUnaryOperator f) {
        for (int j = 0; j < columns; j++) {
            int start = index(0, j);
            for (int k = start; k < start + rows; k++) {
                data[k] = (float) f.applyAsDouble(data[k]);
            }
        }
    }

    @Override
    public void setToCombination(Matrix a, Matrix b, DoubleBinaryOperator f) {
        checkSameShape(a);
        checkSameShape(b);
        FloatMatrix left = (FloatMatrix) a;
        FloatMatrix right = (FloatMatrix) b;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = left.index(0, j);
            int r = right.index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] = (float) f.applyAsDouble(left.data[l + i], right.data[r + i]);
            }
        }
    }

    @Override
    public void setToFunction(Pointwise f, Matrix x) {
        checkSameShape(x);
        FloatMatrix from = (FloatMatrix) x;
        for (int j = 0; j < columns; j++) {
            f.apply(from.data, from.index(0, j), data, index(0, j), rows);
        }
    }

    @Override
    public void setToSquares(Matrix x) {
        checkSameShape(x);
        FloatMatrix from = (FloatMatrix) x;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = from.index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] = from.data[l + i] * from.data[l + i];
            }
        }
    }

    @Override
    void addColumnTo(int column, double alpha, double[] into, int at) {
        int start = index(0, column);
        for (int i = 0; i < rows; i++) {
            into[at + i] += alpha * data[start + i];
        }
    }

    @Override
    public void setToPairs(Matrix x, int first, int from, int to, boolean add) {
        FloatMatrix source = (FloatMatrix) x;
        for (int b = 0; b < columns; b++) {
            int at = index(0, b);
            int c = source.index(0, first + b);
            for (int j = from; j < to; j++) {
                float xj = source.data[c + j];
                if (add) {
                    for (int i = 0; i <= j; i++) {
                        data[at + i] += xj * source.data[c + i];
                    }
                } else {
                    for (int i = 0; i <= j; i++) {
                        data[at + i] = xj * source.data[c + i];
                    }
                }
                at += j + 1;
            }
        }
    }

    @Override
    public void multiplyByRepeated(Matrix factor) {
        FloatMatrix repeated = (FloatMatrix) factor;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int r = repeated.index(0, j % repeated.columns);
            for (int i = 0; i < rows; i++) {
                data[k + i] *= repeated.data[r + i];
            }
        }
    }

    @Override
    public void copyFrom(Matrix source) {
        checkSameShape(source);
        for (int j = 0; j < columns; j++) {
            if (source instanceof FloatMatrix floats) {
                System.arraycopy(floats.data, floats.index(0, j), data, index(0, j), rows);
            } else {
                for (int i = 0; i < rows; i++) {
                    set(i, j, source.get(i, j));
                }
            }
        }
    }

    @Override
    public void getColumn(int column, double[] into) {
        int start = index(0, column);
        for (int i = 0; i < rows; i++) {
            into[i] = data[start + i];
        }
    }

    @Override
    public void setColumn(int column, double[] from) {
        int start = index(0, column);
        for (int i = 0; i < rows; i++) {
            data[start + i] = (float) from[i];
        }
    }

    @Override
    public void writeTo(ByteBuffer bytes) {
        FloatBuffer entries = bytes.asFloatBuffer();
        for (int j = 0; j < columns; j++) {
            entries.put(data, index(0, j), rows);
        }
        bytes.position(bytes.position() + entries.position() * Float.BYTES);
    }

    @Override
    public void readFrom(ByteBuffer bytes) {
        FloatBuffer entries = bytes.asFloatBuffer();
        for (int j = 0; j < columns; j++) {
            entries.get(data, index(0, j), rows);
        }
        bytes.position(bytes.position() + entries.position() * Float.BYTES);
    }

    @Override
    public void scaleColumns(double[] factors) {
        for (int j = 0; j < columns; j++) {
            double factor = factors[j % factors.length];
            int start = index(0, j);
            for (int k = start; k < start + rows; k++) {
                data[k] = (float) (data[k] * factor);
            }
        }
    }
}
