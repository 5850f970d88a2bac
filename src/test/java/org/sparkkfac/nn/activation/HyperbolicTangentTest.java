package org.sparkkfac.nn.activation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HyperbolicTangentTest {
    private static final int COUNT = 20_001;

    /** From −10 to 10, 0 among them. */
    private static double x(int i) {
        return (i - COUNT / 2) * 1e-3;
    }

    @Test
    void bothPrecisionsAgreeWithTheLibrarysToAFewUnitsInTheLastPlace() {
        double[] x = new double[COUNT];
        float[] single = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = x(i);
            single[i] = (float) x(i);
        }
        double[] y = new double[COUNT];
        float[] z = new float[COUNT];
        HyperbolicTangent.INSTANCE.apply(x, 0, y, 0, COUNT);
        HyperbolicTangent.INSTANCE.apply(single, 0, z, 0, COUNT);
        for (int i = 0; i < COUNT; i++) {
            assertThat(Math.abs(y[i] - Math.tanh(x[i])))
                    .as("tanh %s", x[i])
                    .isLessThanOrEqualTo(1e-15 * Math.abs(Math.tanh(x[i])));
            double expected = Math.tanh(single[i]);
            assertThat(Math.abs(z[i] - expected))
                    .as("tanh %s in single precision", single[i])
                    .isLessThanOrEqualTo(5e-7 * Math.abs(expected));
        }
    }

    @Test
    void aPartOfAnArrayIsWrittenAndNothingBesideIt() {
        float[] into = {7, 7, 7, 7};
        HyperbolicTangent.INSTANCE.apply(new float[] {9, 0.5f, -0.5f}, 1, into, 1, 2);
        assertThat(into[0]).isEqualTo(7);
        assertThat(into[3]).isEqualTo(7);
        assertThat(into[1]).isEqualTo(-into[2]).isGreaterThan(0.46f).isLessThan(0.47f);
    }

    @Test
    void infinityIsOneAndNaNStaysNaN() {
        double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
        float[] single = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
        HyperbolicTangent.INSTANCE.apply(x, 0, x, 0, 3);
        HyperbolicTangent.INSTANCE.apply(single, 0, single, 0, 3);
        assertThat(x).containsExactly(1, -1, Double.NaN);
        assertThat(single).containsExactly(1, -1, Float.NaN);
    }
}
