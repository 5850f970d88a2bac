package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.train.state.OptimiserState;

/**
 * The gradient is taken at a point perturbed along {@code (M − g₁g₁ᵀ)⁻¹(m − v)}, m the change of the gradient over a step
 * uphill and v its running average; the step of the base optimiser is made from where the parameters are.
 *
 * @param base sgd, adam or kfac
 * @param radius ρ of the step uphill
 * @param covarianceRadius ρ_c of the perturbation
 * @param memory α of the average v
 * @param offset ξ, added to the norm of the gradient
 * @param damping of M, the Kronecker-factored empirical Fisher of the same rows
 */
public record PerturbationSettings(
        OptimiserSettings base, double radius, double covarianceRadius, double memory, double offset, Damping damping)
        implements OptimiserSettings {
    /** Rejects radii of nothing and a perturbation of a perturbation. */
    public PerturbationSettings {
        if (base instanceof PerturbationSettings) {
            throw new UserException("covariance-perturbation goes around sgd, adam or kfac, not around itself");
        }
        requireRadius("radius", radius);
        requireRadius("covariance-radius", covarianceRadius);
        if (!(offset >= 0)) {
            throw new UserException("train.perturbation.offset must be at least 0, not " + offset);
        }
        if (!(memory >= 0 && memory < 1)) {
            throw new UserException("train.perturbation.memory must be in [0, 1), not " + memory);
        }
    }

    private static void requireRadius(String name, double radius) {
        if (!(radius > 0)) {
            throw new UserException("train.perturbation." + name + " must be positive, not " + radius);
        }
    }

    /** ρ = ρ_c = 0.1, α = 0.9, ξ = 1e-4. */
    public static PerturbationSettings around(OptimiserSettings base, Damping damping) {
        return new PerturbationSettings(base, 0.1, 0.1, 0.9, 1e-4, damping);
    }

    @Override
    public String name() {
        return "covariance-perturbation";
    }

    @Override
    public OptimiserDemand demand() {
        OptimiserDemand inner = base.demand();
        List<StatisticKind> kinds = List.of(StatisticKind.KRONECKER);
        List<StepCall> calls = new ArrayList<>(List.of(
                StepCall.ofGradient().with(new StepCall.Statistics(kinds, Fisher.empirical(), 1, false)),
                StepCall.ofGradient()));
        calls.addAll(inner.calls());
        OptimiserDemand.Inversions own = new OptimiserDemand.Inversions(Method.FACTORED, 1, 1);
        OptimiserDemand.Inversions both = inner.inversions()
                .map(others -> new OptimiserDemand.Inversions(
                        others.method(), own.atOnce() + others.atOnce(), own.often() + others.often()))
                .orElse(own);
        return new OptimiserDemand(1 + inner.vectors(), inner.averages(), Optional.of(both), calls);
    }

    @Override
    public Optimiser create(List<LayerShape> layers, OptimiserState memory) {
        return new CovariancePerturbation(this, layers, memory);
    }
}
