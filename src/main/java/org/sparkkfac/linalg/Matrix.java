package org.sparkkfac.linalg;

import java.nio.ByteBuffer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A dense column-major matrix, or a rectangular view into one, in either {@link Precision}.
 *
 * <p>Entry (i, j) lies at {@code offset + j·stride + i} of the backing array. {@link #view} shares that array: writing
 * to a view writes to the matrix under it. Operands of one operation must have the same precision; scalar arguments
 * and results are always double.
 */
public abstract sealed class Matrix implements Entries permits DoubleMatrix, FloatMatrix {
    final int rows;
    final int columns;
    final int offset;
    final int stride;

    Matrix(int rows, int columns, int offset, int stride) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("a matrix cannot be " + rows + " × " + columns);
        }
        this.rows = rows;
        this.columns = columns;
        this.offset = offset;
        this.stride = stride;
    }

    /** A new matrix of zeros. */
    public static Matrix zeros(Precision precision, int rows, int columns) {
        return switch (precision) {
            case DOUBLE -> DoubleMatrix.zeros(rows, columns);
            case SINGLE -> FloatMatrix.zeros(rows, columns);
        };
    }

    /** The length of a backing array for {@code rows × columns} entries; refuses what no Java array can hold. */
    static int arrayLength(int rows, int columns) {
        long length = (long) rows * columns;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a dense matrix of " + rows + " × " + columns + " entries exceeds the largest array");
        }
        return (int) length;
    }

    /**
     * The length of a backing array with so much room behind the last entry that every view has {@code offset +
     * columns·stride} entries: netlib 3.0.3, which Spark 3.5 brings, wants that of a matrix although BLAS does not.
     */
    static int paddedLength(int rows, int columns) {
        int length = arrayLength(rows, columns);
        return length == 0 ? 0 : arrayLength(1, Math.addExact(length, rows - 1));
    }

    /** Whether a backing array of this length has room for {@code offset + columns·stride} entries. */
    final boolean isPadded(int length) {
        return offset + (long) columns * stride <= length;
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final int columns() {
        return columns;
    }

    public abstract Precision precision();

    @Override
    public abstract double get(int row, int column);

    /** Overwrites one entry, rounding to this matrix's precision. */
    public abstract void set(int row, int column, double value);

    /** The {@code rows × columns} rectangle whose first entry is (firstRow, firstColumn), sharing this one's entries. */
    public abstract Matrix view(int firstRow, int rows, int firstColumn, int columns);

    /** Overwrites this with {@code α·op(a)·op(b) + β·this}, where op transposes if told so; one gemm. */
    public abstract void setToProduct(
            double alpha, Matrix a, boolean transposeA, Matrix b, boolean transposeB, double beta);

    /** Overwrites every entry x with f(x). */
    public abstract void map(DoubleUnaryOperator f);

    /** Overwrites entry (i, j) with {@code f(a(i, j), b(i, j))}; a or b may be this matrix. */
    public abstract void setToCombination(Matrix a, Matrix b, DoubleBinaryOperator f);

    /** Overwrites entry (i, j) with {@code f(x(i, j))}; x may be this matrix. */
    public abstract void setToFunction(Pointwise f, Matrix x);

    /** Overwrites entry (i, j) with {@code x(i, j)²}; x may be this matrix. */
    public abstract void setToSquares(Matrix x);

    /**
     * Overwrites column b, or adds to it, with the products {@code x(j, c)·x(i, c)} of column {@code c = first + b} of x,
     * for j from {@code from} to {@code to − 1} and i ≤ j: {@code (from+1) + … + to} rows.
     */
    public abstract void setToPairs(Matrix x, int first, int from, int to, boolean add);

    /** Adds {@code α·this(·, column)} to an array, from index {@code at}. */
    abstract void addColumnTo(int column, double alpha, double[] into, int at);

    /**
     * Overwrites entry (i, j) with {@code this(i, j)·factor(i, j mod factor.columns())}: the factor is repeated along
     * the columns, as derivatives of B rows are for several gradient columns a row.
     */
    public abstract void multiplyByRepeated(Matrix factor);

    /** Overwrites this with {@code source}, rounding where the precisions differ. */
    public abstract void copyFrom(Matrix source);

    /** Copies column j into {@code into}, from its first entry. */
    public abstract void getColumn(int column, double[] into);

    /** Overwrites column j with the first entries of {@code from}, rounding to this matrix's precision. */
    public abstract void setColumn(int column, double[] from);

    /** Multiplies column j by {@code factors[j mod factors.length]}. */
    public abstract void scaleColumns(double[] factors);

    /** Writes the entries, column by column, in this matrix's precision and the buffer's byte order. */
    public abstract void writeTo(ByteBuffer bytes);

    /** Overwrites this with what {@link #writeTo} wrote of a matrix of the same shape and precision. */
    public abstract void readFrom(ByteBuffer bytes);

    /** Overwrites every entry with one value. */
    public final void fill(double value) {
        map(x -> value);
    }

    /** The columns {@code first … first + count − 1}, sharing this one's entries. */
    public final Matrix columns(int first, int count) {
        return view(0, rows, first, count);
    }

    /** The rows {@code first … first + count − 1}, sharing this one's entries. */
    public final Matrix rows(int first, int count) {
        return view(first, count, 0, columns);
    }

    /** A copy in the given precision. */
    public final Matrix to(Precision precision) {
        Matrix copy = zeros(precision, rows, columns);
        copy.copyFrom(this);
        return copy;
    }

    /** Index of entry (row, column) in the backing array. */
    final int index(int row, int column) {
        return offset + column * stride + row;
    }

    final void checkRectangle(int firstRow, int rows, int firstColumn, int columns) {
        if (firstRow < 0 || firstColumn < 0 || firstRow + rows > this.rows || firstColumn + columns > this.columns) {
            throw new IllegalArgumentException("a view of " + rows + " × " + columns + " entries from (" + firstRow
                    + ", " + firstColumn + ") leaves the " + this.rows + " × " + this.columns + " matrix");
        }
    }

    final void checkSameShape(Matrix other) {
        if (other.rows != rows || other.columns != columns) {
            throw new IllegalArgumentException(
                    "shapes differ: " + rows + " × " + columns + " and " + other.rows + " × " + other.columns);
        }
    }

    /** Inner dimension of {@code op(a)·op(b)}, after checking that the product has this matrix's shape. */
    final int checkProduct(Matrix a, boolean transposeA, Matrix b, boolean transposeB) {
        int m = transposeA ? a.columns : a.rows;
        int inner = transposeA ? a.rows : a.columns;
        int innerB = transposeB ? b.columns : b.rows;
        int n = transposeB ? b.rows : b.columns;
        if (inner != innerB || m != rows || n != columns) {
            throw new IllegalArgumentException("a product of " + m + " × " + inner + " and " + innerB + " × " + n
                    + " does not give " + rows + " × " + columns);
        }
        return inner;
    }

    @Override
    public final String toString() {
        return rows + " × " + columns + " in " + precision().name().toLowerCase(java.util.Locale.ROOT) + " precision";
    }
}
