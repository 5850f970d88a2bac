package org.sparkkfac;

import java.io.Serializable;
import java.util.Optional;

/**
 * The finite numbers that a setting may be, and the words for them.
 *
 * @param words as in "must be in [0, 1)"
 */
public record Range(double lower, boolean includesLower, double upper, boolean includesUpper, String words)
        implements Serializable {
    /** Any. */
    public static final Range FINITE = new Range(-Double.MAX_VALUE, true, Double.MAX_VALUE, true, "a finite number");

    /** (0, ∞). */
    public static final Range POSITIVE = new Range(0, false, Double.MAX_VALUE, true, "positive and finite");

    /** [0, ∞). */
    public static final Range NOT_NEGATIVE =
            new Range(0, true, Double.MAX_VALUE, true, "a finite number of at least 0");

    /** [0, 1): the weight of the past in a running average, which has to fade. */
    public static final Range DECAY = new Range(0, true, 1, false, "in [0, 1)");

    /** (0, 1]. */
    public static final Range SHARE = new Range(0, false, 1, true, "in (0, 1]");

    /** [least, ∞). */
    public static Range atLeast(long least) {
        return new Range(least, true, Double.MAX_VALUE, true, "at least " + least);
    }

    /** [least, ∞), in units. */
    public static Range atLeast(long least, String unit) {
        return new Range(least, true, Double.MAX_VALUE, true, "at least " + least + " " + unit);
    }

    /** Whether a number is in the range; NaN is in none. */
    public boolean contains(double number) {
        boolean above = includesLower ? number >= lower : number > lower;
        return above && (includesUpper ? number <= upper : number < upper);
    }

    /** What is wrong with a value, if something is. */
    Optional<String> problem(Number value) {
        return contains(value.doubleValue()) ? Optional.empty() : Optional.of("must be " + words + ", not " + value);
    }
}
