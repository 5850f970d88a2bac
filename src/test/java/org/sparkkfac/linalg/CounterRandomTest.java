package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Draws at fixed seeds, so these tests always give the same answer. Tolerances are five standard errors of what is
 * estimated.
 */
final class CounterRandomTest {
    private static final int COUNT = 200_000;

    private static String philox(int c0, int c1, int c2, int c3, int k0, int k1) {
        int[] out = new int[4];
        CounterRandom.philox(out, c0, c1, c2, c3, k0, k1);
        return String.format("%08x %08x %08x %08x", out[0], out[1], out[2], out[3]);
    }

    /** The known answers that Random123 ships for philox4x32 with 10 rounds. */
    @Test
    void philoxGivesTheKnownAnswers() {
        assertThat(philox(0, 0, 0, 0, 0, 0)).isEqualTo("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
        assertThat(philox(-1, -1, -1, -1, -1, -1)).isEqualTo("408f276d 41c83b0e a20bc7c6 6d5451fd");
        assertThat(philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .isEqualTo("d16cfe09 94fdcceb 5001e420 24126ea1");
    }

    private static double[] draws(CounterRandom random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = i % 2 == 0 ? random.nextUniform() : random.nextNormal();
        }
        return values;
    }

    @Test
    void drawsDoNotDependOnWhatWasDrawnBefore() {
        double[] expected = draws(new CounterRandom(7).seek(5, 2), 9);
        CounterRandom used = new CounterRandom(7);
        draws(used, 2); // ends in the middle of a pair of normals and of a block of bits
        used.seek(-3, 1).nextPoisson(100);
        assertThat(draws(used.seek(5, 2), 9)).isEqualTo(expected);
        assertThat(draws(used, 9)).isNotEqualTo(expected);
        assertThat(draws(new CounterRandom(3).seek(0, 0), 5)).isEqualTo(draws(new CounterRandom(3), 5));
    }

    @Test
    void everyPartOfTheKeyMatters() {
        double reference = new CounterRandom(7).seek(5, 2).nextUniform();
        assertThat(new CounterRandom(8).seek(5, 2).nextUniform()).isNotEqualTo(reference);
        assertThat(new CounterRandom(7 + (1L << 40)).seek(5, 2).nextUniform()).isNotEqualTo(reference);
        assertThat(new CounterRandom(7).seek(6, 2).nextUniform()).isNotEqualTo(reference);
        assertThat(new CounterRandom(7).seek(5 + (1L << 40), 2).nextUniform()).isNotEqualTo(reference);
        assertThat(new CounterRandom(7).seek(5, 3).nextUniform()).isNotEqualTo(reference);
    }

    @Test
    void uniformsFillTheUnitInterval() {
        CounterRandom random = new CounterRandom(1);
        int[] bins = new int[100];
        for (int i = 0; i < COUNT; i++) {
            double u = random.nextUniform();
            assertThat(u >= 0 && u < 1).isTrue();
            bins[(int) (100 * u)]++;
        }
        double chiSquare = 0;
        for (int bin : bins) {
            chiSquare += (bin - COUNT / 100.0) * (bin - COUNT / 100.0) / (COUNT / 100.0);
        }
        assertThat(chiSquare).isBetween(99 - 5 * Math.sqrt(198), 99 + 5 * Math.sqrt(198));
    }

    @Test
    void normalsHaveTheMomentsOfTheStandardNormal() {
        CounterRandom random = new CounterRandom(2);
        double[] moments = new double[5];
        for (int i = 0; i < COUNT; i++) {
            double z = random.nextNormal();
            for (int k = 1; k <= 4; k++) {
                moments[k] += Math.pow(z, k) / COUNT;
            }
        }
        // Var zᵏ: 1, 2, 15, 96.
        assertThat(Math.abs(moments[1])).isLessThan(5 * Math.sqrt(1.0 / COUNT));
        assertThat(Math.abs(moments[2] - 1)).isLessThan(5 * Math.sqrt(2.0 / COUNT));
        assertThat(Math.abs(moments[3])).isLessThan(5 * Math.sqrt(15.0 / COUNT));
        assertThat(Math.abs(moments[4] - 3)).isLessThan(5 * Math.sqrt(96.0 / COUNT));
    }

    /** One number a stream and one a draw, as the Monte-Carlo Fisher uses them. */
    @Test
    void neighbouringStreamsAndDrawsAreUncorrelated() {
        CounterRandom random = new CounterRandom(3);
        double streams = 0;
        double draws = 0;
        double first = 0;
        for (int i = 0; i < COUNT; i++) {
            double here = random.seek(i, 0).nextNormal();
            first += here / COUNT;
            streams += here * random.seek(i + 1, 0).nextNormal() / COUNT;
            draws += here * random.seek(i, 1).nextNormal() / COUNT;
        }
        assertThat(Math.abs(first)).isLessThan(5 / Math.sqrt(COUNT));
        assertThat(Math.abs(streams)).isLessThan(5 / Math.sqrt(COUNT));
        assertThat(Math.abs(draws)).isLessThan(5 / Math.sqrt(COUNT));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 0.3, 2, 9.99, 10, 12.5, 40, 1e3, 1e6, 1e10})
    void poissonNumbersHaveTheMomentsOfTheirMean(double mean) {
        CounterRandom random = new CounterRandom(4);
        double sum = 0;
        double square = 0;
        double cube = 0;
        for (int i = 0; i < COUNT; i++) {
            double z = (random.nextPoisson(mean) - mean) / Math.sqrt(mean);
            sum += z / COUNT;
            square += z * z / COUNT;
            cube += z * z * z / COUNT;
        }
        // Central moments of a Poisson number over powers of its standard deviation, to the sixth.
        double fourth = 3 + 1 / mean;
        double sixth = 15 + 25 / mean + 1 / (mean * mean);
        assertThat(Math.abs(sum)).isLessThan(5 / Math.sqrt(COUNT));
        assertThat(Math.abs(square - 1)).isLessThan(5 * Math.sqrt((fourth - 1) / COUNT));
        assertThat(Math.abs(cube - 1 / Math.sqrt(mean))).isLessThan(5 * Math.sqrt((sixth - 1 / mean) / COUNT));
    }

    /** On both sides of the change of method at 10. */
    @ParameterizedTest
    @ValueSource(doubles = {0.7, 9.5, 10.5, 30})
    void poissonNumbersHaveTheFrequenciesOfTheirDistribution(double mean) {
        CounterRandom random = new CounterRandom(5);
        int[] counts = new int[200];
        for (int i = 0; i < COUNT; i++) {
            counts[(int) random.nextPoisson(mean)]++;
        }
        double probability = Math.exp(-mean);
        for (int k = 0; k < 100; k++) {
            double expected = COUNT * probability;
            if (expected > 25) {
                assertThat(Math.abs(counts[k] - expected))
                        .as("frequency of %d", k)
                        .isLessThan(5 * Math.sqrt(expected));
            }
            probability *= mean / (k + 1);
        }
    }

    @Test
    void extremeMeansGiveCounts() {
        CounterRandom random = new CounterRandom(6);
        assertThat(random.nextPoisson(0)).isZero();
        assertThat(random.nextPoisson(1e-300)).isZero();
        assertThat(random.nextPoisson(1e17)).isEqualTo(1e17);
        assertThat(random.nextPoisson(1e15)).isBetween(1e15 - 1e9, 1e15 + 1e9);
    }
}
