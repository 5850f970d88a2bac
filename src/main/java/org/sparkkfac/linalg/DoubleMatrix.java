package org.sparkkfac.linalg;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** A {@link Matrix} of doubles; also the type of every sum across batches and of everything on the driver. */
public final class DoubleMatrix extends Matrix implements Serializable {
    private static final long serialVersionUID = 1;

    /** Rows and columns of a product in single precision that are computed before they are added to a sum. */
    private static final int TILE = 256;

    /** Rows and columns that are transposed while they are in the cache. */
    private static final int MIRROR_TILE = 32;

    private final double[] data;

    private DoubleMatrix(double[] data, int rows, int columns, int offset, int stride) {
        super(rows, columns, offset, stride);
        this.data = data;
    }

    public static DoubleMatrix zeros(int rows, int columns) {
        return new DoubleMatrix(new double[paddedLength(rows, columns)], rows, columns, 0, Math.max(rows, 1));
    }

    /** The matrix over {@code data} in column-major order. The array is not copied: the matrix owns it from here. */
    public static DoubleMatrix wrap(int rows, int columns, double[] data) {
        if (data.length != arrayLength(rows, columns)) {
            throw new IllegalArgumentException(rows + " × " + columns + " entries do not fit " + data.length);
        }
        return new DoubleMatrix(data, rows, columns, 0, Math.max(rows, 1));
    }

    /** A matrix from nested rows; for small literals. */
    public static DoubleMatrix ofRows(double[]... rows) {
        DoubleMatrix matrix = zeros(rows.length, rows.length == 0 ? 0 : rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < matrix.columns; j++) {
                matrix.set(i, j, rows[i][j]);
            }
        }
        return matrix;
    }

    public static DoubleMatrix identity(int n) {
        DoubleMatrix identity = zeros(n, n);
        identity.addToDiagonal(1);
        return identity;
    }

    @Override
    public Precision precision() {
        return Precision.DOUBLE;
    }

    @Override
    public double get(int row, int column) {
        return data[index(row, column)];
    }

    @Override
    public void set(int row, int column, double value) {
        data[index(row, column)] = value;
    }

    @Override
    public DoubleMatrix view(int firstRow, int viewRows, int firstColumn, int viewColumns) {
        checkRectangle(firstRow, viewRows, firstColumn, viewColumns);
        return new DoubleMatrix(data, viewRows, viewColumns, index(firstRow, firstColumn), stride);
    }

    @Override
    public void setToProduct(double alpha, Matrix a, boolean transposeA, Matrix b, boolean transposeB, double beta) {
        DoubleMatrix left = ((DoubleMatrix) a).padded();
        DoubleMatrix right = ((DoubleMatrix) b).padded();
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
                .dgemm(
                        transposeA ? "T" : "N",
                        transposeB ? "T" : "N",
                        rows,
                        columns,
                        inner,
                        alpha,
                        left.data,
                        left.offset,
                        left.stride,
                        right.data,
                        right.offset,
                        right.stride,
                        beta,
                        data,
                        offset,
                        stride);
    }

    /**
     * Adds {@code x·xᵀ} to the upper triangle of this, and leaves what is below it undefined; one syrk. A product in
     * single precision is added in double precision.
     */
    void addUpperGram(Matrix x) {
        if (x instanceof FloatMatrix floats) {
            add(1, floats.upperGram());
        } else if (rows > 0 && x.columns() > 0) {
            DoubleMatrix factor = ((DoubleMatrix) x).padded();
            Blas.current()
                    .netlib()
                    .dsyrk(
                            "U",
                            "N",
                            rows,
                            x.columns(),
                            1,
                            factor.data,
                            factor.offset,
                            factor.stride,
                            1,
                            data,
                            offset,
                            stride);
        }
    }

    /** Overwrites this with {@code L⁻¹·this}, or {@code L⁻ᵀ·this}, for a lower triangular L; one trsm. */
    void solveLower(DoubleMatrix lower, boolean transpose) {
        if (rows == 0 || columns == 0) {
            return;
        }
        Blas.current()
                .netlib()
                .dtrsm(
                        "L",
                        "L",
                        transpose ? "T" : "N",
                        "N",
                        rows,
                        columns,
                        1,
                        lower.data,
                        lower.offset,
                        lower.stride,
                        data,
                        offset,
                        stride);
    }

    /**
     * Adds {@code op(a)·op(b)} to this. Factors in single precision are multiplied in single precision, and the
     * product is then added in double precision, a tile at a time, while it is in the cache.
     */
    public void addProduct(Matrix a, boolean transposeA, Matrix b, boolean transposeB) {
        if (a instanceof DoubleMatrix) {
            setToProduct(1, a, transposeA, b, transposeB, 1);
            return;
        }
        int inner = checkProduct(a, transposeA, b, transposeB);
        FloatMatrix scratch = FloatMatrix.zeros(Math.min(TILE, rows), Math.min(TILE, columns));
        for (int j = 0; j < columns; j += TILE) {
            int width = Math.min(TILE, columns - j);
            Matrix right = transposeB ? b.view(j, width, 0, inner) : b.view(0, inner, j, width);
            for (int i = 0; i < rows; i += TILE) {
                int height = Math.min(TILE, rows - i);
                Matrix left = transposeA ? a.view(0, inner, i, height) : a.view(i, height, 0, inner);
                FloatMatrix tile = scratch.view(0, height, 0, width);
                tile.setToProduct(1, left, transposeA, right, transposeB, 0);
                view(i, height, j, width).add(1, tile);
            }
        }
    }

    /** This matrix, or a copy of it where its array ends too early for netlib; see {@link #paddedLength}. */
    private DoubleMatrix padded() {
        return isPadded(data.length) ? this : (DoubleMatrix) to(precision());
    }

    @Override
    public void map(DoubleUnaryOperator f) {
        for (int j = 0; j < columns; j++) {
            int start = index(0, j);
            for (int k = start; k < start + rows; k++) {
                data[k] = f.applyAsDouble(data[k]);
            }
        }
    }

    @Override
    public void setToCombination(Matrix a, Matrix b, DoubleBinaryOperator f) {
        checkSameShape(a);
        checkSameShape(b);
        DoubleMatrix left = (DoubleMatrix) a;
        DoubleMatrix right = (DoubleMatrix) b;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = left.index(0, j);
            int r = right.index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] = f.applyAsDouble(left.data[l + i], right.data[r + i]);
            }
        }
    }

    @Override
    public void setToFunction(Pointwise f, Matrix x) {
        checkSameShape(x);
        DoubleMatrix from = (DoubleMatrix) x;
        for (int j = 0; j < columns; j++) {
            f.apply(from.data, from.index(0, j), data, index(0, j), rows);
        }
    }

    @Override
    public void setToSquares(Matrix x) {
        checkSameShape(x);
        DoubleMatrix from = (DoubleMatrix) x;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = from.index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] = from.data[l + i] * from.data[l + i];
            }
        }
    }

    @Override
    public void setToPairs(Matrix x, int first, int from, int to, boolean add) {
        DoubleMatrix source = (DoubleMatrix) x;
        for (int b = 0; b < columns; b++) {
            int at = index(0, b);
            int c = source.index(0, first + b);
            for (int j = from; j < to; j++) {
                double xj = source.data[c + j];
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
        DoubleMatrix repeated = (DoubleMatrix) factor;
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
            if (source instanceof DoubleMatrix doubles) {
                System.arraycopy(doubles.data, doubles.index(0, j), data, index(0, j), rows);
            } else {
                for (int i = 0; i < rows; i++) {
                    set(i, j, source.get(i, j));
                }
            }
        }
    }

    @Override
    public void getColumn(int column, double[] into) {
        System.arraycopy(data, index(0, column), into, 0, rows);
    }

    @Override
    public void setColumn(int column, double[] from) {
        System.arraycopy(from, 0, data, index(0, column), rows);
    }

    @Override
    public void writeTo(ByteBuffer bytes) {
        DoubleBuffer entries = bytes.asDoubleBuffer();
        for (int j = 0; j < columns; j++) {
            entries.put(data, index(0, j), rows);
        }
        bytes.position(bytes.position() + entries.position() * Double.BYTES);
    }

    /** Adds what {@link #writeTo} wrote of a matrix of the same shape. */
    public void addFrom(ByteBuffer bytes) {
        DoubleBuffer entries = bytes.asDoubleBuffer();
        double[] column = new double[rows];
        for (int j = 0; j < columns; j++) {
            entries.get(column);
            int k = index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] += column[i];
            }
        }
        bytes.position(bytes.position() + entries.position() * Double.BYTES);
    }

    /** Bytes that {@link #writeTo} writes. */
    public long byteSize() {
        return (long) Double.BYTES * rows * columns;
    }

    @Override
    public void readFrom(ByteBuffer bytes) {
        DoubleBuffer entries = bytes.asDoubleBuffer();
        for (int j = 0; j < columns; j++) {
            entries.get(data, index(0, j), rows);
        }
        bytes.position(bytes.position() + entries.position() * Double.BYTES);
    }

    @Override
    public void scaleColumns(double[] factors) {
        for (int j = 0; j < columns; j++) {
            double factor = factors[j % factors.length];
            int start = index(0, j);
            for (int k = start; k < start + rows; k++) {
                data[k] *= factor;
            }
        }
    }

    /** Adds {@code α·x} to this; x may be in either precision. */
    public void add(double alpha, Matrix x) {
        checkSameShape(x);
        for (int j = 0; j < columns; j++) {
            x.addColumnTo(j, alpha, data, index(0, j));
        }
    }

    @Override
    void addColumnTo(int column, double alpha, double[] into, int at) {
        int start = index(0, column);
        for (int i = 0; i < rows; i++) {
            into[at + i] += alpha * data[start + i];
        }
    }

    /** Multiplies every entry by α. */
    public void scale(double alpha) {
        setToMultiple(alpha, this);
    }

    /** Overwrites this with {@code α·x}. */
    void setToMultiple(double alpha, DoubleMatrix x) {
        checkSameShape(x);
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = x.index(0, j);
            for (int i = 0; i < rows; i++) {
                data[k + i] = alpha * x.data[l + i];
            }
        }
    }

    /** Adds one value to every diagonal entry. */
    public void addToDiagonal(double value) {
        for (int i = 0; i < Math.min(rows, columns); i++) {
            data[index(i, i)] += value;
        }
    }

    /** The product {@code this·other} as a new matrix. */
    public DoubleMatrix times(DoubleMatrix other) {
        return product(this, false, other, false);
    }

    /** The product {@code op(a)·op(b)} as a new matrix. */
    public static DoubleMatrix product(DoubleMatrix a, boolean transposeA, DoubleMatrix b, boolean transposeB) {
        DoubleMatrix result = zeros(transposeA ? a.columns : a.rows, transposeB ? b.rows : b.columns);
        result.setToProduct(1, a, transposeA, b, transposeB, 0);
        return result;
    }

    public DoubleMatrix copy() {
        DoubleMatrix copy = zeros(rows, columns);
        copy.copyFrom(this);
        return copy;
    }

    /** Overwrites the lower triangle of another matrix with that of {@code (this + λI)⁻¹}; see {@link Lapack#inverse}. */
    int inverse(double damping, DoubleMatrix into) {
        boolean whole = offset == 0 && stride == rows;
        return Blas.current().lapack().inverse(rows, whole ? data : toArray(), damping, into.data);
    }

    /** The largest sum of absolute values of a column. */
    double oneNorm() {
        double norm = 0;
        for (int j = 0; j < columns; j++) {
            int start = index(0, j);
            double sum = 0;
            double second = 0; // four sums at a time, since each addition waits for the one before
            double third = 0;
            double fourth = 0;
            int k = start;
            for (; k < start + rows - 3; k += 4) {
                sum += Math.abs(data[k]);
                second += Math.abs(data[k + 1]);
                third += Math.abs(data[k + 2]);
                fourth += Math.abs(data[k + 3]);
            }
            for (; k < start + rows; k++) {
                sum += Math.abs(data[k]);
            }
            norm = Math.max(norm, sum + second + third + fourth);
        }
        return norm;
    }

    @Override
    public boolean isFinite() {
        for (int j = 0; j < columns; j++) {
            int start = index(0, j);
            for (int k = start; k < start + rows; k++) {
                if (!(Math.abs(data[k]) <= Double.MAX_VALUE)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Overwrites what is above the diagonal of a square matrix with what is below it. */
    void mirrorLower() {
        mirror(true);
    }

    /** Overwrites what is below the diagonal of a square matrix with what is above it. */
    void mirrorUpper() {
        mirror(false);
    }

    /** Goes through the upper triangle a tile at a time, so that rows stay in the cache as columns do; on all cores. */
    private void mirror(boolean lowerToUpper) {
        IntStream.range(0, (columns + MIRROR_TILE - 1) / MIRROR_TILE).parallel().forEach(tile -> {
            int first = tile * MIRROR_TILE;
            int end = Math.min(columns, first + MIRROR_TILE);
            for (int row = 0; row < end; row += MIRROR_TILE) {
                for (int j = first; j < end; j++) {
                    int upper = index(row, j);
                    int lower = index(j, row);
                    for (int i = Math.min(j, row + MIRROR_TILE) - row; i > 0; i--, upper++, lower += stride) {
                        if (lowerToUpper) {
                            data[upper] = data[lower];
                        } else {
                            data[lower] = data[upper];
                        }
                    }
                }
            }
        });
    }

    public DoubleMatrix transpose() {
        DoubleMatrix transposed = zeros(columns, rows);
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                transposed.set(j, i, get(i, j));
            }
        }
        return transposed;
    }

    /** Sum of the diagonal entries. */
    public double trace() {
        double sum = 0;
        for (int i = 0; i < Math.min(rows, columns); i++) {
            sum += get(i, i);
        }
        return sum;
    }

    /** Sum of {@code this(i, j)·other(i, j)}, in column order. */
    public double dot(DoubleMatrix other) {
        checkSameShape(other);
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            int k = index(0, j);
            int l = other.index(0, j);
            for (int i = 0; i < rows; i++) {
                sum += data[k + i] * other.data[l + i];
            }
        }
        return sum;
    }

    /** Frobenius norm, {@code √Σ this(i, j)²}. */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    /** Sum of all entries, in column order. */
    public double sum() {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                sum += get(i, j);
            }
        }
        return sum;
    }

    /** The entries in column-major order, {@code vec(this)}; a copy. */
    public double[] toArray() {
        double[] entries = new double[rows * columns];
        for (int j = 0; j < columns; j++) {
            System.arraycopy(data, index(0, j), entries, j * rows, rows);
        }
        return entries;
    }

    private Object writeReplace() {
        return new MatrixBytes(this, MatrixBytes.LARGEST);
    }
}
