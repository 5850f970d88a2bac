package org.sparkkfac.cli.config;

import java.util.OptionalDouble;

/**
 * How statistics are inverted.
 *
 * @param damping λ ≥ 0
 * @param relativeDamping if present, takes the place of {@code damping}: λ is this number times the mean eigenvalue of the
 *     block that is inverted
 */
public record PreconditionSettings(PreconditionMethod method, double damping, OptionalDouble relativeDamping) {
    public PreconditionSettings {
        requireDamping(Key.PRECONDITION_DAMPING, damping);
        relativeDamping.ifPresent(value -> requireDamping(Key.PRECONDITION_RELATIVE_DAMPING, value));
    }

    private static void requireDamping(Key<Double> key, double value) {
        InvalidSetting.unless(
                value >= 0 && Double.isFinite(value), key, "must be a finite number of at least 0, not " + value);
    }
}
