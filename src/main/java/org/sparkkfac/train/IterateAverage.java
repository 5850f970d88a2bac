package org.sparkkfac.train;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.ParameterVector;

/**
 * The running average of the iterates, {@code θ̄ ← ξθ̄ + (1 − ξ)θ, ξ = min(1 − 1/k, ξ_max)}; Martens and Grosse 2015, section
 * 13.
 */
final class IterateAverage {
    /** Where an iterate that is taken out was so many times larger than what is left, rounding has eaten the rest. */
    private static final double LOST = 1e8;

    private final double memory;
    private @Nullable ParameterVector average;

    /**
     * That of a state.
     *
     * @param memory ξ_max; 0 for no average
     */
    IterateAverage(double memory, Optional<ParameterVector> average) {
        this.memory = memory;
        this.average = average.map(ParameterVector::copy).orElse(null);
    }

    /** θ̄, if there is one; shared. */
    Optional<ParameterVector> parameters() {
        return Optional.ofNullable(average);
    }

    /** Takes the iterate of step k, counted from 1, in. */
    void update(long k, ParameterVector weights) {
        if (memory == 0) {
            return;
        }
        ParameterVector known = average;
        if (known == null) {
            average = weights.copy();
        } else {
            known.scale(xi(k));
            known.add(1 - xi(k), weights);
        }
    }

    /** Takes that of step k out, the last one that was taken in; the average begins anew where nothing else is left. */
    void forget(long k, ParameterVector weights) {
        ParameterVector known = average;
        if (known == null) {
            return;
        }
        known.add(-(1 - xi(k)), weights);
        if (xi(k) == 0 || !(known.norm() * LOST > (1 - xi(k)) * weights.norm())) {
            average = null;
        } else {
            known.scale(1 / xi(k));
        }
    }

    private double xi(long k) {
        return Math.min(1 - 1.0 / k, memory);
    }
}
