package org.sparkkfac.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hash is a matter of the numbers and their places alone: fingerprints of data and draws hang on it. */
final class RowHashTest {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    @Test
    void isTheSumOfTheMixedNumbers() {
        RowHash hash = new RowHash();
        Random random = new Random(7);
        for (int n : new int[] {0, 1, 3, 64, 1000, 5}) { // a short one after a long one, in the memory of that
            double[] x = random.doubles(n, -1, 1).toArray();
            assertThat(hash.of(x)).isEqualTo(oneByOne(x));
            assertThat(new RowHash().of(x)).isEqualTo(oneByOne(x));
        }
    }

    /** Of a run before the loops were split; must never change, or every fingerprint would. */
    @Test
    void staysAsItIs() {
        assertThat(new RowHash().of(new double[] {1, -2.5, 0, 1e300})).isEqualTo(2337389914275718752L);
    }

    @Test
    void zeroAndMinusZeroAreTheSame() {
        assertThat(new RowHash().of(new double[] {1, -0.0, 2})).isEqualTo(new RowHash().of(new double[] {1, 0, 2}));
    }

    @Test
    void othersDiffer() {
        long hash = new RowHash().of(new double[] {1, 0, 2});
        assertThat(new RowHash().of(new double[] {0, 1, 2})).isNotEqualTo(hash);
        assertThat(new RowHash().of(new double[] {1, 0, -2})).isNotEqualTo(hash);
        assertThat(new RowHash().of(new double[] {1, Double.MIN_VALUE, 2})).isNotEqualTo(hash);
        assertThat(new RowHash().of(new double[] {1, 0, 2, 0})).isNotEqualTo(hash);
    }

    private static long oneByOne(double[] x) {
        long sum = x.length;
        for (int i = 0; i < x.length; i++) {
            sum += mix((i + 1) * GAMMA ^ Double.doubleToRawLongBits(x[i] + 0.0));
        }
        return mix(sum);
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
