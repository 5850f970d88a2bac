package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.train.state.OptimiserState;

/**
 * Preconditioned descent with momentum: {@code Δ = P∇h, δ ← μδ − rνΔ}, P the damped inverse of the averaged statistics,
 * clipped in the Fisher norm by {@code ν = min(1, √(κ / (r²·Δᵀ∇h)))}.
 *
 * @param method {@code factored} or {@code eigen} for K-FAC, {@code eigen-corrected} for EKFAC, {@code exact} or {@code
 *     full} for the natural gradient, {@code diagonal}
 * @param rate r
 * @param momentum μ in [0, 1)
 * @param damping λ
 * @param clip κ; infinite for no clipping
 * @param averaging how statistics are collected
 */
public record CurvatureSettings(
        Method method, Schedule rate, double momentum, Damping damping, double clip, Averaging averaging)
        implements OptimiserSettings {
    /** Rejects a momentum that would never fade and a clipping to nothing. */
    public CurvatureSettings {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new UserException("train.momentum must be in [0, 1), not " + momentum);
        }
        if (!(clip > 0)) {
            throw new UserException("train.clip must be positive, not " + clip);
        }
    }

    @Override
    public String name() {
        return switch (method) {
            case FACTORED, EIGEN -> "kfac";
            case EIGEN_CORRECTED -> "ekfac";
            case EXACT, FULL -> "natural-gradient";
            case DIAGONAL -> "diagonal";
        };
    }

    @Override
    public OptimiserDemand demand() {
        List<StatisticKind> kinds = RunningCurvature.kinds(method);
        return new OptimiserDemand(
                1,
                kinds,
                Optional.of(new OptimiserDemand.Inversions(method, 2, 1.0 / averaging.inversionPeriod())),
                averaging.calls(kinds, method.structure().hasBases()));
    }

    @Override
    public Optimiser create(List<LayerShape> layers, OptimiserState memory) {
        return new CurvatureDescent(this, layers, memory);
    }
}
