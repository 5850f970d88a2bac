package org.sparkkfac.spark.rows;

import java.util.stream.LongStream;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * 64-bit hashes of numbers, the same in every process; the mixing is SplitMix64's (Steele, Lea, Flood 2014).
 *
 * <p>The numbers of a vector are mixed one by one, each with its place, and added up, so that none waits for another:
 * the loops are plain ones over arrays of {@code long}, which the compiler turns into vector instructions.
 */
public final class RowHash {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long[] places = new long[0];
    private long[] mixed = new long[0];

    /** Hash of a vector of finite numbers; 0 and −0 count as the same. */
    public long of(double[] values) {
        int n = values.length;
        if (places.length < n) { // the label of a row is shorter than its features
            places = LongStream.rangeClosed(1, n).map(i -> i * GAMMA).toArray();
            mixed = new long[n];
        }
        Platform.copyMemory(
                values, Platform.DOUBLE_ARRAY_OFFSET, mixed, Platform.LONG_ARRAY_OFFSET, (long) Double.BYTES * n);
        mixAll(mixed, places, n);
        long sum = n;
        for (int i = 0; i < n; i++) {
            sum += mixed[i];
        }
        return mix(sum);
    }

    private static void mixAll(long[] bits, long[] places, int n) {
        for (int i = 0; i < n; i++) {
            long magnitude = bits[i] << 1;
            bits[i] = places[i] ^ (bits[i] & ((magnitude | -magnitude) >> 63)); // the bits of −0 become those of 0
        }
        for (int i = 0; i < n; i++) {
            bits[i] = (bits[i] ^ (bits[i] >>> 30)) * 0xBF58476D1CE4E5B9L;
        }
        for (int i = 0; i < n; i++) {
            bits[i] = (bits[i] ^ (bits[i] >>> 27)) * 0x94D049BB133111EBL;
        }
        for (int i = 0; i < n; i++) {
            bits[i] ^= bits[i] >>> 31;
        }
    }

    /** Hash of a whole row, given that of its features. */
    long of(long features, double @Nullable [] label, double weight) {
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
