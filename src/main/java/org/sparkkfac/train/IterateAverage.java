package org.sparkkfac.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;

/** The running average of the iterates, and whether it is the better model: {@code θ̄ ← ξθ̄ + (1 − ξ)θ, ξ = min(1 − 1/k, ξ_max)}. */
final class IterateAverage {
    private final double memory;
    private @Nullable ParameterVector average;
    private boolean isBetter;

    /**
     * That of a state.
     *
     * @param memory ξ_max; 0 for no average
     */
    IterateAverage(double memory, TrainingState state) {
        this.memory = memory;
        this.average = state.average().map(ParameterVector::copy).orElse(null);
        this.isBetter = state.choice() == ModelChoice.AVERAGE;
    }

    /** θ̄, if there is one; shared. */
    Optional<ParameterVector> parameters() {
        return Optional.ofNullable(average);
    }

    /** Whether it had the lower loss when both were last evaluated. */
    boolean isBetter() {
        return isBetter;
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

    /** Takes that of step k out, the last one that was taken in. */
    void forget(long k, ParameterVector weights) {
        ParameterVector known = average;
        if (known == null) {
            return;
        }
        if (xi(k) == 0) {
            average = null;
        } else {
            known.add(-(1 - xi(k)), weights);
            known.scale(1 / xi(k));
        }
    }

    private double xi(long k) {
        return Math.min(1 - 1.0 / k, memory);
    }

    /** Loss and score over all rows of the better of iterate and average. */
    Evaluation evaluate(StepPass pass, Network network, ParameterVector weights) {
        List<ParameterVector> models = new ArrayList<>(List.of(weights));
        parameters().ifPresent(models::add);
        List<Evaluation> fits = pass.pass(
                        network, StepRequest.losses(pass.blocks().all(), models))
                .trials();
        isBetter = fits.size() > 1
                && Double.compare(fits.get(1).meanLoss(), fits.get(0).meanLoss()) < 0; // NaN is the largest
        return fits.get(isBetter ? 1 : 0);
    }
}
