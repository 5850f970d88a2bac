package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.train.state.OptimiserState;

/**
 * K-FAC that chooses step length, momentum and damping by itself; Martens and Grosse 2015, sections 6 and 7.
 *
 * @param damping λ of the quadratic model at first; 0 to search for it in the first step, among 10³ … 10⁻⁶
 * @param dampingPeriod T₁, steps between measurements of the reduction ratio; ω₁ = (19/20)^T₁
 * @param gammaPeriod T₂, steps between trials of the factored damping γ; ω₂ = (19/20)^(T₂/2)
 * @param productsFraction share of the step's rows for the quadratic model
 * @param averaging how statistics are collected
 */
public record AdaptiveSettings(
        double damping, long dampingPeriod, long gammaPeriod, double productsFraction, Averaging averaging)
        implements OptimiserSettings {
    /** Dampings γ of the factors that are tried at once. */
    private static final int GAMMAS = 3;

    /** Rejects periods and shares of nothing. */
    public AdaptiveSettings {
        if (!(damping >= 0) || !Double.isFinite(damping)) {
            throw new UserException("train.damping must be a finite number ≥ 0, not " + damping);
        }
        if (dampingPeriod < 1) {
            throw new UserException("train.adaptive.damping-period must be at least 1 step, not " + dampingPeriod);
        }
        if (gammaPeriod < 1) {
            throw new UserException("train.adaptive.gamma-period must be at least 1 step, not " + gammaPeriod);
        }
        if (!(productsFraction > 0 && productsFraction <= 1)) {
            throw new UserException("train.adaptive.products-fraction must be in (0, 1], not " + productsFraction);
        }
    }

    /** The constants of the paper: λ = 150, T₁ = 5, T₂ = T₃ = 20, a quarter and an eighth of the rows. */
    public static AdaptiveSettings standard(long seed) {
        return new AdaptiveSettings(150, 5, 20, 0.25, Averaging.standard(seed));
    }

    /** ω₁. */
    double dampingFactor() {
        return Math.pow(19.0 / 20, (double) dampingPeriod);
    }

    /** ω₂. */
    double gammaFactor() {
        return Math.pow(19.0 / 20, gammaPeriod / 2.0);
    }

    @Override
    public String name() {
        return "kfac";
    }

    @Override
    public OptimiserDemand demand() {
        List<StatisticKind> kinds = List.of(StatisticKind.KRONECKER);
        double often = 1.0 / averaging.inversionPeriod() + (double) GAMMAS / gammaPeriod;
        List<StepCall> calls = new ArrayList<>();
        averaging.calls(kinds, false).forEach(call -> calls.add(call.withChecks(1 - 1.0 / dampingPeriod)));
        calls.add(StepCall.ofProducts(2, productsFraction).times(1 - 1.0 / gammaPeriod));
        calls.add(StepCall.ofProducts(1 + GAMMAS, productsFraction).times(1.0 / gammaPeriod));
        calls.add(StepCall.ofTrials(2).times(1.0 / dampingPeriod));
        return new OptimiserDemand(
                1, kinds, Optional.of(new OptimiserDemand.Inversions(Method.FACTORED, 1 + GAMMAS, often)), calls);
    }

    @Override
    public Optimiser create(List<LayerShape> layers, OptimiserState memory) {
        return new AdaptiveKfac(this, layers, memory);
    }
}
