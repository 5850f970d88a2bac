package org.sparkkfac.train;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.precondition.Damping;

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
        if (!(radius > 0) || !(covarianceRadius > 0) || !(offset >= 0)) {
            throw new UserException("train.perturbation: radii must be positive, not " + radius + " and "
                    + covarianceRadius + ", the offset not negative, " + offset);
        }
        if (!(memory >= 0 && memory < 1)) {
            throw new UserException("train.perturbation.memory must be in [0, 1), not " + memory);
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
    public Optimiser create(List<LayerShape> layers, Memory memory) {
        return new CovariancePerturbation(this, layers, memory);
    }
}
