package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

/** The Kronecker algebra against dense matrices. */
final class KroneckerTest {
    /** {@code (A ⊗ G)(column·rows(G) + row, …)} by its definition. */
    private static DoubleMatrix dense(DoubleMatrix a, DoubleMatrix g) {
        DoubleMatrix dense = DoubleMatrix.zeros(a.rows() * g.rows(), a.columns() * g.columns());
        for (int r = 0; r < dense.rows(); r++) {
            for (int c = 0; c < dense.columns(); c++) {
                dense.set(r, c, a.get(r / g.rows(), c / g.columns()) * g.get(r % g.rows(), c % g.columns()));
            }
        }
        return dense;
    }

    private static DoubleMatrix vec(DoubleMatrix v) {
        return DoubleMatrix.wrap(v.rows() * v.columns(), 1, v.toArray());
    }

    private static DoubleMatrix inverse(DoubleMatrix a) {
        return ((Cholesky.Factored) Cholesky.factor(a)).cholesky().inverse();
    }

    private static double logDeterminant(DoubleMatrix a) {
        return ((Cholesky.Factored) Cholesky.factor(a)).cholesky().logDeterminant();
    }

    private static DoubleMatrix inverseRoot(DoubleMatrix a) {
        SymmetricEigen eigen = SymmetricEigen.of(a);
        DoubleMatrix scaled = eigen.vectors().copy();
        double[] factors = eigen.values();
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 1 / Math.sqrt(factors[i]);
        }
        scaled.scaleColumns(factors);
        return DoubleMatrix.product(scaled, false, eigen.vectors(), true);
    }

    @Test
    void multiplyingIsTheDenseProductOnVec() {
        Cases.each(20, random -> {
            DoubleMatrix a = random.matrix(random.integer(1, 5), random.integer(1, 5));
            DoubleMatrix g = random.matrix(random.integer(1, 5), random.integer(1, 5));
            DoubleMatrix v = random.matrix(g.columns(), a.columns());
            DoubleMatrix expected = dense(a, g).times(vec(v));
            Near.assertNear("dense", Kronecker.toDense(a, g), dense(a, g), 0);
            Near.assertNear("(A⊗G)vec V", vec(Kronecker.multiply(a, g, v)), expected, 1e-13);
            DoubleMatrix u = random.matrix(g.rows(), a.rows());
            Near.assertNear(
                    "(A⊗G)ᵀvec U",
                    vec(Kronecker.multiplyTransposed(a, g, u)),
                    DoubleMatrix.product(dense(a, g), true, vec(u), false),
                    1e-13);
            Near.assertNear(
                    "adjoint",
                    Kronecker.multiply(a, g, v).dot(u),
                    Kronecker.multiplyTransposed(a, g, u).dot(v),
                    1e-11);
        });
    }

    @Test
    void aVecByRowsWouldShow() {
        Cases random = Cases.one();
        DoubleMatrix a = random.matrix(3, 3);
        DoubleMatrix g = random.matrix(4, 4);
        DoubleMatrix v = random.matrix(4, 3);
        DoubleMatrix expected = dense(a, g).times(vec(v));
        Near.assertFar("vec of the transpose", vec(Kronecker.multiply(a, g, v).transpose()), expected);
        Near.assertFar("G V A", vec(Kronecker.multiply(a.transpose(), g, v)), expected);
        Near.assertFar("G ⊗ A", dense(g, a).times(vec(v)), expected);
    }

    @Test
    void inverseTraceDeterminantNormAndRootAreThoseOfTheFactors() {
        Cases.each(20, random -> {
            DoubleMatrix a = random.positiveDefinite(random.integer(1, 6));
            DoubleMatrix g = random.positiveDefinite(random.integer(1, 6));
            DoubleMatrix f = Kronecker.toDense(a, g);
            DoubleMatrix identity = DoubleMatrix.identity(f.rows());
            Near.assertNear("inverse", f.times(Kronecker.toDense(inverse(a), inverse(g))), identity, 1e-10);
            Near.assertNear("trace", f.trace(), a.trace() * g.trace(), 1e-13);
            double logDeterminant = g.rows() * logDeterminant(a) + a.rows() * logDeterminant(g);
            assertThat(Math.abs(logDeterminant(f) - logDeterminant)).isLessThan(1e-10);
            Near.assertNear("norm", f.norm(), a.norm() * g.norm(), 1e-13);
            DoubleMatrix root = Kronecker.toDense(inverseRoot(a), inverseRoot(g));
            Near.assertNear("root twice", root.times(root).times(f), identity, 1e-10);
            if (a.rows() != g.rows()) {
                Near.assertFar(
                        "dimensions swapped",
                        a.rows() * logDeterminant(a) + g.rows() * logDeterminant(g),
                        logDeterminant(f));
            }
            if (a.rows() > 1 && g.rows() > 1) {
                Near.assertFar("inverses swapped", f.times(Kronecker.toDense(inverse(g), inverse(a))), identity);
            }
            Near.assertFar("root once", root.times(f), identity);
        });
    }
}
