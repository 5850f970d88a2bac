package org.sparkkfac.linalg;

/** A matrix that can be read entry by entry, however it is stored: dense, packed, or computed from less. */
public interface Entries {
    int rows();

    int columns();

    double get(int row, int column);

    /** 2 for a matrix, 1 for a vector kept as one column. */
    default int rank() {
        return 2;
    }

    /** A dense copy with every entry multiplied by {@code factor}. */
    default DoubleMatrix toDense(double factor) {
        DoubleMatrix dense = DoubleMatrix.zeros(rows(), columns());
        for (int j = 0; j < columns(); j++) {
            for (int i = 0; i < rows(); i++) {
                dense.set(i, j, factor * get(i, j));
            }
        }
        return dense;
    }

    /** Whether no entry is NaN or infinite. */
    default boolean isFinite() {
        for (int j = 0; j < columns(); j++) {
            for (int i = 0; i < rows(); i++) {
                if (!Double.isFinite(get(i, j))) {
                    return false;
                }
            }
        }
        return true;
    }
}
