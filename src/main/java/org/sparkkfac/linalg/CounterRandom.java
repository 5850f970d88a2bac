package org.sparkkfac.linalg;

/**
 * Random numbers that are a function of (seed, stream, draw, position) alone: the same in every process, and independent of
 * earlier draws.
 *
 * <p>Philox 4×32 with 10 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * The key is the seed; the 128-bit counter holds the stream (64 bits: a row id), the draw (32 bits) and the position
 * in the draw (32 bits). An instance is a cursor over the positions of one draw; {@link #seek} moves it to another.
 */
public final class CounterRandom {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final double UNIT = 0x1.0p-53;

    private final int[] block = new int[4];
    private final long seed;
    private long stream;
    private int draw;
    private int position;
    private boolean secondHalf;
    private double spareNormal = Double.NaN;

    /** A cursor at the first position of draw 0 of stream 0. */
    public CounterRandom(long seed) {
        this.seed = seed;
    }

    /** Moves to the first position of a draw of a stream. Returns this. */
    public CounterRandom seek(long newStream, int newDraw) {
        stream = newStream;
        draw = newDraw;
        position = 0;
        secondHalf = false;
        spareNormal = Double.NaN;
        return this;
    }

    /** The next number, uniform on the multiples of 2⁻⁵³ in [0, 1). */
    public double nextUniform() {
        long bits = nextLong();
        return (bits >>> 11) * UNIT;
    }

    /** The next number from the standard normal distribution; Box and Muller's transform, two numbers a pair. */
    public double nextNormal() {
        if (!Double.isNaN(spareNormal)) {
            double spare = spareNormal;
            spareNormal = Double.NaN;
            return spare;
        }
        double radius = Math.sqrt(-2 * Math.log(1 - nextUniform()));
        double angle = 2 * Math.PI * nextUniform();
        spareNormal = radius * Math.sin(angle);
        return radius * Math.cos(angle);
    }

    /**
     * The next number from the Poisson distribution with the given mean. By inversion below a mean of 10, else by
     * Hörmann's transformed rejection (PTRS, "The transformed rejection method for generating Poisson random
     * variables", 1993). Means above 1e15 return the mean itself, rounded: their spread is below its last bits.
     */
    public double nextPoisson(double mean) {
        if (mean < 10) {
            return poissonByInversion(mean);
        }
        return mean <= 1e15 ? poissonByRejection(mean) : Math.rint(mean);
    }

    private double poissonByInversion(double mean) {
        double probability = Math.exp(-mean);
        double remaining = nextUniform() - probability;
        int k = 0;
        while (remaining >= 0 && k < 1000) {
            k++;
            probability *= mean / k;
            remaining -= probability;
        }
        return k;
    }

    private double poissonByRejection(double mean) {
        double logMean = Math.log(mean);
        double b = 0.931 + 2.53 * Math.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        double vr = 0.9277 - 3.6224 / (b - 2);
        while (true) {
            double u = nextUniform() - 0.5;
            double v = nextUniform();
            double us = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= vr) {
                return k;
            }
            if (k < 0 || (us < 0.013 && v > us)) {
                continue;
            }
            if (Math.log(v * inverseAlpha / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k)) {
                return k;
            }
        }
    }

    /** log k! by Stirling's series, to 1e-12 for k ≥ 10; smaller k by summation. */
    private static double logFactorial(double k) {
        if (k < 10) {
            double sum = 0;
            for (int i = 2; i <= k; i++) {
                sum += Math.log(i);
            }
            return sum;
        }
        double n = k + 1;
        double inverse = 1 / (n * n);
        double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / n;
        return (n - 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
    }

    private long nextLong() {
        if (!secondHalf) {
            philox(block, position, draw, (int) stream, (int) (stream >>> 32), (int) seed, (int) (seed >>> 32));
        }
        int half = secondHalf ? 2 : 0;
        if (secondHalf) {
            position++;
        }
        secondHalf = !secondHalf;
        return ((long) block[half] << 32) | (block[half + 1] & 0xFFFFFFFFL);
    }

    /** Overwrites {@code out} with the Philox 4×32-10 block of a counter and a key. */
    static void philox(int[] out, int c0, int c1, int c2, int c3, int key0, int key1) {
        int x0 = c0;
        int x1 = c1;
        int x2 = c2;
        int x3 = c3;
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < 10; round++) {
            long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (x0 & 0xFFFFFFFFL);
            long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (x2 & 0xFFFFFFFFL);
            int y0 = (int) (product1 >>> 32) ^ x1 ^ k0;
            int y2 = (int) (product0 >>> 32) ^ x3 ^ k1;
            x0 = y0;
            x1 = (int) product1;
            x2 = y2;
            x3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        out[0] = x0;
        out[1] = x1;
        out[2] = x2;
        out[3] = x3;
    }
}
