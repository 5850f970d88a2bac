package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class MatrixTest {
    private static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? 1e-13 : 1e-5;
    }

    /** A matrix that is a view into a larger one, so that its stride and offset are not trivial. */
    private static Matrix viewed(Cases random, Precision precision, int rows, int columns) {
        Matrix whole = random.matrix(precision, rows + 3, columns + 2);
        return whole.view(random.integer(0, 3), rows, random.integer(0, 2), columns);
    }

    private static DoubleMatrix loops(
            double alpha, Entries a, boolean transposeA, Entries b, boolean transposeB, double beta, Entries c) {
        DoubleMatrix result = c.toDense(beta);
        int inner = transposeA ? a.rows() : a.columns();
        for (int i = 0; i < c.rows(); i++) {
            for (int j = 0; j < c.columns(); j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += (transposeA ? a.get(k, i) : a.get(i, k)) * (transposeB ? b.get(j, k) : b.get(k, j));
                }
                result.set(i, j, result.get(i, j) + alpha * sum);
            }
        }
        return result;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void productsOfTransposedViewsEqualPlainLoops(Precision precision) {
        Cases.each(60, random -> {
            int m = random.integer(0, 9);
            int n = random.integer(0, 9);
            int inner = random.integer(0, 9);
            boolean transposeA = random.chance(0.5);
            boolean transposeB = random.chance(0.5);
            Matrix a = viewed(random, precision, transposeA ? inner : m, transposeA ? m : inner);
            Matrix b = viewed(random, precision, transposeB ? n : inner, transposeB ? inner : n);
            Matrix c = viewed(random, precision, m, n);
            double alpha = random.normal();
            double beta = random.chance(0.3) ? 0 : random.normal();
            DoubleMatrix expected = loops(alpha, a, transposeA, b, transposeB, beta, c);
            c.setToProduct(alpha, a, transposeA, b, transposeB, beta);
            Near.assertNear("product", c, expected, tolerance(precision));
        });
    }

    @Test
    void aProductLeavesWhatSurroundsTheViewAlone() {
        Cases random = Cases.one();
        DoubleMatrix whole = random.matrix(6, 5);
        DoubleMatrix before = whole.copy();
        whole.view(1, 3, 2, 2).setToProduct(1, random.matrix(3, 4), false, random.matrix(4, 2), false, 0);
        for (int j = 0; j < 5; j++) {
            for (int i = 0; i < 6; i++) {
                boolean inside = i >= 1 && i < 4 && j >= 2 && j < 4;
                assertThat(whole.get(i, j) == before.get(i, j)).isNotEqualTo(inside);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aProductIsAddedInDoublePrecision(Precision precision) {
        Cases random = Cases.one();
        Matrix a = random.matrix(precision, 4, 6);
        Matrix b = random.matrix(precision, 5, 6);
        DoubleMatrix sum = DoubleMatrix.zeros(4, 5);
        sum.fill(1e9);
        DoubleMatrix expected = loops(1, a, false, b, true, 1, sum);
        sum.addProduct(a, false, b, true);
        sum.add(-1, expected);
        assertThat(sum.norm()).isLessThan(1e-5);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void entrywiseOperationsWorkOnViews(Precision precision) {
        Cases.each(20, random -> {
            int rows = random.integer(1, 5);
            int batch = random.integer(1, 4);
            int copies = random.integer(1, 3);
            Matrix wide = viewed(random, precision, rows, copies * batch);
            Matrix factor = viewed(random, precision, rows, batch);
            double[] weights = random.normals(batch);
            DoubleMatrix expected = wide.toDense(1);
            for (int j = 0; j < copies * batch; j++) {
                for (int i = 0; i < rows; i++) {
                    expected.set(i, j, wide.get(i, j) * factor.get(i, j % batch) * weights[j % batch]);
                }
            }
            wide.multiplyByRepeated(factor);
            wide.scaleColumns(weights);
            Near.assertNear("repeated factor", wide, expected, tolerance(precision));

            Matrix sum = viewed(random, precision, rows, batch);
            Matrix other = viewed(random, precision, rows, batch);
            DoubleMatrix difference = sum.toDense(1);
            difference.add(-2, other);
            sum.setToCombination(sum, other, (x, y) -> x - 2 * y);
            Near.assertNear("combination", sum, difference, tolerance(precision));
            sum.map(x -> 3 * x);
            difference.scale(3);
            Near.assertNear("map", sum, difference, tolerance(precision));
        });
    }

    @Test
    void columnsAndCopiesKeepTheirEntries() {
        Cases.each(10, random -> {
            DoubleMatrix x = (DoubleMatrix) viewed(random, Precision.DOUBLE, 4, 3);
            double[] column = new double[6];
            x.getColumn(1, column);
            Near.assertNear(
                    "column", column, new double[] {x.get(0, 1), x.get(1, 1), x.get(2, 1), x.get(3, 1), 0, 0}, 0);
            x.setColumn(0, column);
            assertThat(x.get(3, 0)).isEqualTo(x.get(3, 1));
            Near.assertSameBits("copy", x.copy(), x);
            Near.assertNear("single", x.to(Precision.SINGLE), x, 1e-7);
            Near.assertSameBits("double again", x.to(Precision.SINGLE).to(Precision.DOUBLE), x.to(Precision.SINGLE));
            Near.assertSameBits("transpose", x.transpose().transpose(), x);
            assertThat(x.toArray()[5]).isEqualTo(x.get(1, 1));
            Near.assertNear("vec", DoubleMatrix.wrap(4, 3, x.toArray()), x, 0);
            assertThat(x.columns(1, 2).get(2, 0)).isEqualTo(x.get(2, 1));
            assertThat(x.rows(1, 2).get(0, 2)).isEqualTo(x.get(1, 2));
        });
    }

    @Test
    void traceDotNormAndSumEqualPlainLoops() {
        DoubleMatrix x = DoubleMatrix.ofRows(new double[] {1, 2, 3}, new double[] {4, 5, 6});
        assertThat(x.trace()).isEqualTo(6);
        assertThat(x.sum()).isEqualTo(21);
        assertThat(x.dot(x)).isEqualTo(91);
        assertThat(x.norm()).isEqualTo(Math.sqrt(91));
        assertThat(x.isFinite()).isTrue();
        x.set(1, 2, Double.NaN);
        assertThat(x.isFinite()).isFalse();
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        DoubleMatrix x = DoubleMatrix.zeros(2, 3);
        assertThatThrownBy(() -> x.view(1, 2, 0, 1)).hasMessageContaining("leaves the 2 × 3 matrix");
        assertThatThrownBy(() -> x.setToProduct(1, x, false, x, false, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not give 2 × 3");
        assertThatThrownBy(() -> x.copyFrom(DoubleMatrix.zeros(3, 2))).hasMessageContaining("shapes differ");
        assertThatThrownBy(() -> x.dot(DoubleMatrix.zeros(3, 2))).hasMessageContaining("shapes differ");
        assertThatThrownBy(() -> DoubleMatrix.wrap(2, 2, new double[3])).hasMessageContaining("do not fit");
        assertThatThrownBy(() -> DoubleMatrix.zeros(50_000, 50_000)).hasMessageContaining("exceeds the largest array");
    }
}
