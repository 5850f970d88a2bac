package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class PackedSymmetricTest {
    private static DoubleMatrix gram(Entries x) {
        DoubleMatrix gram = DoubleMatrix.zeros(x.rows(), x.rows());
        for (int b = 0; b < x.columns(); b++) {
            for (int j = 0; j < x.rows(); j++) {
                for (int i = 0; i < x.rows(); i++) {
                    gram.set(i, j, gram.get(i, j) + x.get(i, b) * x.get(j, b));
                }
            }
        }
        return gram;
    }

    @ParameterizedTest
    @CsvSource({
        "1, DOUBLE",
        "5, DOUBLE",
        "255, DOUBLE",
        "256, DOUBLE",
        "257, DOUBLE",
        "600, DOUBLE",
        "1, SINGLE",
        "5, SINGLE",
        "255, SINGLE",
        "256, SINGLE",
        "257, SINGLE",
        "600, SINGLE"
    })
    void sumsOfOuterProductsEqualPlainLoops(int dimension, Precision precision) {
        Cases random = Cases.one();
        PackedSymmetric sum = new PackedSymmetric(dimension);
        DoubleMatrix expected = DoubleMatrix.zeros(dimension, dimension);
        for (int batch : new int[] {3, 0, 1}) {
            // A view, since batches come as the upper rows of a matrix with one row more.
            Matrix x = random.matrix(precision, dimension + 1, batch).rows(0, dimension);
            sum.addGram(x);
            expected.add(1, gram(x));
        }
        Near.assertNear("sum", sum, expected, precision == Precision.DOUBLE ? 1e-14 : 1e-6);
        Near.assertNear("trace", sum.trace(), expected.trace(), precision == Precision.DOUBLE ? 1e-13 : 1e-6);
        Near.assertSameBits("packed again", PackedSymmetric.of(sum.toDense(1)), sum);

        PackedSymmetric twice = PackedSymmetric.of(sum.toDense(1));
        for (int k = 0; k < twice.parts().size(); k++) {
            twice.parts().get(k).add(1, sum.parts().get(k));
        }
        Near.assertSameBits("twice", twice, sum.toDense(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 257, 600})
    void memoryIsWhatBytesSays(int dimension) {
        long tiles = (dimension + 255L) / 256;
        long expected = 0;
        for (long k = 0; k < tiles; k++) {
            long last = Math.min(dimension, 256 * (k + 1));
            expected += 8 * last * (last - 256 * k);
        }
        assertThat(PackedSymmetric.bytes(dimension)).isEqualTo(expected);
        long held = 0;
        for (DoubleMatrix part : new PackedSymmetric(dimension).parts()) {
            held += 8L * part.rows() * part.columns();
        }
        assertThat(held).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 300})
    void onlyTheUpperTriangleIsRead(int dimension) {
        Cases random = Cases.one();
        DoubleMatrix lopsided = random.positiveDefinite(dimension);
        DoubleMatrix symmetric = lopsided.copy();
        for (int j = 0; j < dimension; j++) {
            for (int i = j + 1; i < dimension; i++) {
                symmetric.set(i, j, symmetric.get(j, i));
                lopsided.set(i, j, Double.NaN);
            }
        }
        PackedSymmetric packed = PackedSymmetric.of(lopsided);
        Near.assertSameBits("packed", packed, symmetric);
        assertThat(packed.isFinite()).isTrue();
        lopsided.set(0, dimension - 1, Double.POSITIVE_INFINITY);
        assertThat(PackedSymmetric.of(lopsided).isFinite()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 300})
    void aForgottenLastRowWouldShow(int dimension) {
        DoubleMatrix x = Cases.one().matrix(dimension, 5);
        PackedSymmetric sum = new PackedSymmetric(dimension);
        DoubleMatrix withoutLast = x.copy();
        withoutLast.rows(dimension - 1, 1).fill(0);
        sum.addGram(withoutLast);
        Near.assertFar("a dropped row", sum, gram(x));
    }

    @Test
    void anotherDimensionIsRefused() {
        PackedSymmetric sum = new PackedSymmetric(4);
        assertThatThrownBy(() -> sum.addGram(DoubleMatrix.zeros(3, 2)))
                .hasMessageContaining("cannot take columns of 3");
    }
}
