package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sparkkfac.NumericalException;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

/** Cholesky and eigendecomposition. */
final class FactorisationTest {
    private static Cholesky cholesky(DoubleMatrix symmetric) {
        return ((Cholesky.Factored) Cholesky.factor(symmetric)).cholesky();
    }

    @Test
    void aPositiveDefiniteMatrixIsFactoredInvertedAndSolved() {
        Cases.each(15, random -> {
            int n = random.integer(1, 40);
            DoubleMatrix a = random.positiveDefinite(n);
            Cholesky cholesky = cholesky(a);
            DoubleMatrix lower = cholesky.lower();
            for (int j = 1; j < n; j++) {
                assertThat(lower.get(j - 1, j)).isZero();
            }
            Near.assertNear("LLᵀ", DoubleMatrix.product(lower, false, lower, true), a, 1e-14);
            Near.assertNear("A·A⁻¹", a.times(cholesky.inverse()), DoubleMatrix.identity(n), 1e-12);
            DoubleMatrix b = random.matrix(n, 3);
            Near.assertNear("A·x", a.times(cholesky.solve(b)), b, 1e-12);
            Near.assertNear("x from L alone", Cholesky.ofLower(lower).solve(b), cholesky.solve(b), 0);
            Near.assertFar("Lᵀ for L", Cholesky.ofLower(a).solve(b), cholesky.solve(b));

            double[] eigenvalues = SymmetricEigen.values(a);
            double logDeterminant = 0;
            for (double value : eigenvalues) {
                logDeterminant += Math.log(value);
            }
            assertThat(Math.abs(cholesky.logDeterminant() - logDeterminant)).isLessThan(1e-11);
            double ratio = eigenvalues[0] / eigenvalues[n - 1];
            assertThat(cholesky.reciprocalCondition()).isBetween(ratio / (3 * n), 3 * ratio);
        });
    }

    /** Of a whole matrix and of one inside another; 300 is more than a tile of the mirror. */
    @Test
    void aDampedMatrixIsInvertedAtOnce() {
        for (int n : new int[] {1, 5, 300}) {
            DoubleMatrix a = Cases.one().positiveDefinite(n);
            DoubleMatrix larger = DoubleMatrix.zeros(n + 2, n + 1);
            DoubleMatrix inside = larger.view(1, n, 1, n);
            inside.copyFrom(a);
            DoubleMatrix damped = a.copy();
            damped.addToDiagonal(0.5);
            Cholesky.Inverted inverted = (Cholesky.Inverted) Cholesky.invert(a, 0.5);
            Near.assertNear("(A + λI)(A + λI)⁻¹", damped.times(inverted.inverse()), DoubleMatrix.identity(n), 1e-11);
            Near.assertFar("without λ", a.times(inverted.inverse()), DoubleMatrix.identity(n));
            Near.assertSameBits("symmetric", inverted.inverse().transpose(), inverted.inverse());
            Near.assertNear(
                    "condition",
                    inverted.reciprocalCondition(),
                    1 / (damped.oneNorm() * inverted.inverse().oneNorm()),
                    1e-12);
            Near.assertSameBits(
                    "inside another", ((Cholesky.Inverted) Cholesky.invert(inside, 0.5)).inverse(), inverted.inverse());
        }
    }

    /** ‖A‖₁ = 4, from the last column, and ‖A⁻¹‖₁ = 4/5; for two dimensions the estimate is exact. */
    @Test
    void theConditionIsThatOfTheWholeMatrix() {
        DoubleMatrix a = DoubleMatrix.ofRows(new double[] {2, 1}, new double[] {1, 3});
        Near.assertNear("1/(‖A‖‖A⁻¹‖)", cholesky(a).reciprocalCondition(), 1 / 3.2, 1e-15);
    }

    @Test
    void onlyTheLowerTriangleIsReadByCholesky() {
        DoubleMatrix a = Cases.one().positiveDefinite(5);
        DoubleMatrix lopsided = a.copy();
        lopsided.set(0, 4, 1e3);
        Near.assertSameBits("factor", cholesky(lopsided).lower(), cholesky(a).lower());
        assertThat(cholesky(lopsided).reciprocalCondition())
                .isEqualTo(cholesky(a).reciprocalCondition());
    }

    @Test
    void theArgumentIsNotOverwritten() {
        DoubleMatrix a = Cases.one().positiveDefinite(6);
        DoubleMatrix before = a.copy();
        cholesky(a).inverse();
        Cholesky.invert(a, 1);
        SymmetricEigen.of(a);
        SymmetricEigen.values(a);
        Near.assertSameBits("argument", a, before);
    }

    @Test
    void anIndefiniteMatrixIsReportedWithTheOrderOfItsMinor() {
        DoubleMatrix a = Cases.one().positiveDefinite(5);
        a.set(3, 3, -1);
        assertThat(Cholesky.factor(a)).isEqualTo(new Cholesky.NotPositiveDefinite(4));
        assertThat(Cholesky.factor(DoubleMatrix.zeros(2, 2))).isEqualTo(new Cholesky.NotPositiveDefinite(1));
    }

    @Test
    void eigenvectorsAreOrthonormalAndRebuildTheMatrix() {
        Cases.each(15, random -> {
            int n = random.integer(1, 40);
            DoubleMatrix a = random.positiveDefinite(n);
            a.addToDiagonal(-1);
            SymmetricEigen eigen = SymmetricEigen.of(a);
            assertThat(eigen.values()).isSorted();
            Near.assertNear("values alone", SymmetricEigen.values(a), eigen.values(), 1e-13);
            DoubleMatrix u = eigen.vectors();
            Near.assertNear("UᵀU", DoubleMatrix.product(u, true, u, false), DoubleMatrix.identity(n), 1e-13);
            DoubleMatrix scaled = u.copy();
            scaled.scaleColumns(eigen.values());
            Near.assertNear("U diag(λ) Uᵀ", DoubleMatrix.product(scaled, false, u, true), a, 1e-13);
            if (n > 1) {
                Near.assertFar("vectors in rows", DoubleMatrix.product(scaled, true, u, false), a);
            }
        });
    }

    @Test
    void onlyTheUpperTriangleIsReadByTheEigendecomposition() {
        DoubleMatrix a = Cases.one().positiveDefinite(5);
        DoubleMatrix lopsided = a.copy();
        lopsided.set(4, 0, 1e3);
        Near.assertNear("values", SymmetricEigen.values(lopsided), SymmetricEigen.values(a), 0);
        Near.assertNear(
                "values",
                SymmetricEigen.of(lopsided).values(),
                SymmetricEigen.of(a).values(),
                0);
    }

    @Test
    void entriesThatAreNotFiniteAreANumericalFailureAndNotABug() {
        DoubleMatrix a = Cases.one().positiveDefinite(4);
        a.set(1, 2, Double.NaN);
        a.set(2, 1, Double.NaN);
        assertThatThrownBy(() -> SymmetricEigen.of(a)).isInstanceOf(NumericalException.class);
        assertThatThrownBy(() -> SymmetricEigen.values(a)).isInstanceOf(NumericalException.class);
        assertThatThrownBy(() -> SymmetricEigen.values(DoubleMatrix.ofRows(new double[] {Double.POSITIVE_INFINITY})))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("NaN or infinite");
    }
}
