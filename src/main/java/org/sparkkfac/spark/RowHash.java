package org.sparkkfac.spark;

import org.jspecify.annotations.Nullable;

/** 64-bit hashes of numbers, the same in every process; the mixing is SplitMix64's (Steele, Lea, Flood 2014). */
final class RowHash {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private RowHash() {}

    /**
     * Hash of a vector of finite numbers; 0 and −0 count as the same. The numbers are mixed one by one, each with its
     * place, and added up, so that no multiplication waits for the one before it.
     */
    static long of(double[] values) {
        long sum = values.length;
        for (int i = 0; i < values.length; i++) {
            sum += mix((i + 1) * GAMMA ^ Double.doubleToRawLongBits(values[i] + 0.0)); // −0 + 0 = 0
        }
        return mix(sum);
    }

    /** Hash of a whole row, given that of its features. */
    static long of(long features, double @Nullable [] label, double weight) {
        long hash = mix(features + GAMMA ^ Double.doubleToLongBits(weight));
        return label == null ? hash : mix(hash + GAMMA ^ of(label));
    }

    /** Hash of a row with the key of its draws. */
    static long ofDraws(long row, long id) {
        return mix(row + GAMMA ^ id);
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
