package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A matrix that is longer than one array may be travels in several. */
final class MatrixBytesTest {
    /** Bytes that one array may have here; really 16 MiB. */
    private static final int SMALL = 100;

    private static DoubleMatrix matrix(int rows, int columns) {
        DoubleMatrix matrix = DoubleMatrix.zeros(rows, columns);
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                matrix.set(i, j, i == j ? -0.0 : Math.sin(i + 31.0 * j));
            }
        }
        return matrix;
    }

    @Test
    void aMatrixIsCutInRunsOfColumnsAndPutTogether() {
        for (int columns : new int[] {0, 1, 2, 7, 8, 40}) {
            for (int rows : new int[] {1, 3, 40}) { // 40 rows are longer than an array may be
                DoubleMatrix matrix = matrix(rows, columns);
                assertThat(new MatrixBytes(matrix, SMALL).matrix().toArray()).isEqualTo(matrix.toArray());
            }
        }
        DoubleMatrix part = matrix(9, 9).view(2, 5, 3, 6);
        assertThat(new MatrixBytes(part, SMALL).matrix().toArray()).isEqualTo(part.toArray());
    }
}
