package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

final class BlasTest {
    private static Map<String, Entries> results() {
        Cases random = Cases.one();
        DoubleMatrix x = random.matrix(30, 70);
        DoubleMatrix spd = random.positiveDefinite(30);
        Cholesky cholesky = ((Cholesky.Factored) Cholesky.factor(spd)).cholesky();
        PackedSymmetric gram = new PackedSymmetric(30);
        gram.addGram(x);
        PackedSymmetric single = new PackedSymmetric(30);
        single.addGram(x.to(Precision.SINGLE));
        SymmetricEigen eigen = SymmetricEigen.of(spd);
        Map<String, Entries> results = new LinkedHashMap<>();
        results.put("gemm", DoubleMatrix.product(x, true, spd, false));
        results.put("syrk", gram);
        results.put("single", single);
        results.put("cholesky", cholesky.lower());
        results.put("inverse", cholesky.inverse());
        results.put("damped inverse", ((Cholesky.Inverted) Cholesky.invert(spd, 0.5)).inverse());
        results.put("trsm", cholesky.solve(x));
        results.put("condition", DoubleMatrix.ofRows(new double[] {cholesky.reciprocalCondition()}));
        results.put("eigenvalues", DoubleMatrix.ofRows(eigen.values(), SymmetricEigen.values(spd)));
        DoubleMatrix scaled = eigen.vectors().copy();
        scaled.scaleColumns(eigen.values());
        results.put("eigenvectors", DoubleMatrix.product(scaled, false, eigen.vectors(), true));
        return results;
    }

    @Test
    void theBundledOneIsNativeHereAndUsesOneThreadACall() {
        Blas blas = Blas.current();
        assertThat(blas.isNative()).as(String.valueOf(blas.warning())).isTrue();
        assertThat(blas.backend()).isEqualTo("bundled OpenBLAS");
        assertThat(blas.warning()).isNull();
        assertThat(blas.kernel()).isNotEmpty();
        assertThat(blas.threads()).isEqualTo(1);
        assertThat(blas).hasToString("bundled OpenBLAS, kernel " + blas.kernel() + ", 1 thread(s) a call");
        assertThat(Blas.choose(Blas.Choice.BUNDLED)).isSameAs(blas);
    }

    @Test
    void plainJavaGivesTheSameNumbers() {
        Blas bundled = Blas.current();
        Map<String, Entries> expected = results();
        try {
            Blas java = Blas.choose(Blas.Choice.JAVA);
            assertThat(java.isNative()).isFalse();
            assertThat(java.threads()).isEqualTo(1);
            results()
                    .forEach((name, result) ->
                            Near.assertNear(name, result, expected.get(name), name.equals("single") ? 1e-5 : 1e-11));
        } finally {
            Blas.choose(Blas.Choice.BUNDLED);
        }
        assertThat(Blas.current()).hasToString(bundled.toString());
        results().forEach((name, result) -> Near.assertSameBits(name, result, expected.get(name)));
    }

    @Test
    void aSecondNativeLibraryIsRefused() {
        Blas blas = Blas.current();
        assertThatThrownBy(() -> Blas.choose(Blas.Choice.SYSTEM))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("already uses bundled OpenBLAS");
        assertThat(Blas.current()).isSameAs(blas);
        try {
            Blas.choose(Blas.Choice.JAVA);
            // Not even after plain Java: the process would go on with the library that it has.
            assertThatThrownBy(() -> Blas.choose(Blas.Choice.SYSTEM)).isInstanceOf(UserException.class);
        } finally {
            assertThat(Blas.choose(Blas.Choice.BUNDLED)).isSameAs(blas);
        }
    }

    @Test
    void theNumberOfThreadsIsRestoredEvenAfterAFailure() {
        Blas blas = Blas.current();
        assertThat(blas.withThreads(2, blas::threads)).isEqualTo(2);
        assertThat(blas.threads()).isEqualTo(1);
        assertThatThrownBy(() -> blas.withThreads(2, () -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");
        assertThat(blas.threads()).isEqualTo(1);
    }
}
