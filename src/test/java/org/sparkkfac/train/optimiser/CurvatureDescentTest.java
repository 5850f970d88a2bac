package org.sparkkfac.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.testing.Near;

final class CurvatureDescentTest {
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.01})
    void theStepIsClippedInTheFisherNorm(double kappa) {
        // r²ν²·Δᵀ∇h = κ where it would be more.
        double product = 3;
        double nu = CurvatureDescent.clip(kappa, 2, product);
        Near.assertNear("r²ν²Δᵀ∇h", 4 * nu * nu * product, kappa, 1e-14);
        assertThat(CurvatureDescent.clip(100, 2, product)).isEqualTo(1);
        assertThat(CurvatureDescent.clip(kappa, 2, 0)).isEqualTo(1);
        assertThat(CurvatureDescent.clip(Double.POSITIVE_INFINITY, 2, product)).isEqualTo(1);
    }
}
