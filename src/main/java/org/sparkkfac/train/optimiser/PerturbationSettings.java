package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.train.state.OptimiserState;

/**
 * The gradient is taken at a point perturbed along {@code (M − g₁g₁ᵀ)⁻¹(m − v)}, m the change of the gradient over a step
 * uphill and v its running average; the step of the base optimiser is made from where the parameters are.
 *
 * @param base sgd, adam or kfac
 * @param radius ρ of the step uphill
 * @param covarianceRadius ρ_c of the perturbation
 * @param decay α of the average v
 * @param offset ξ, added to the norm of the gradient
 * @param damping of M, the Kronecker-factored empirical Fisher of the same rows
 */
public record PerturbationSettings(
        OptimiserSettings base, double radius, double covarianceRadius, double decay, double offset, Damping damping)
        implements OptimiserSettings {
    public static final Setting<Boolean> ENABLED =
            Setting.<Boolean>of("enabled", Boolean.class, "whether to").withDefault(false);
    static final Setting<Double> RADIUS = Setting.number(
                    "radius", Range.POSITIVE, "ρ, the step uphill over which the gradient's change is measured")
            .withDefault(0.1);
    static final Setting<Double> COVARIANCE_RADIUS = Setting.number(
                    "covarianceRadius", Range.POSITIVE, "the length of the perturbation in the norm of F − ggᵀ")
            .withDefault(0.1);
    static final Setting<Double> DECAY = Setting.number(
                    "memory", Range.DECAY, "α of the running average of the changes")
            .withDefault(0.9);
    static final Setting<Double> OFFSET = Setting.number(
                    "offset", Range.NOT_NEGATIVE, "ξ, added to the norm of the gradient")
            .withDefault(1e-4);
    static final Setting<Double> DAMPING = Setting.number(
                    "damping",
                    Range.NOT_NEGATIVE,
                    "λ of F, the Kronecker-factored empirical Fisher matrix of the step's rows")
            .withDefault(1e-3);

    public static final List<Setting<?>> SETTINGS = List.of(ENABLED, RADIUS, COVARIANCE_RADIUS, DECAY, OFFSET, DAMPING);

    /** Rejects radii of nothing and a perturbation of a perturbation. */
    public PerturbationSettings {
        if (base instanceof PerturbationSettings) {
            throw new UserException("covariance-perturbation goes around sgd, adam or kfac, not around itself");
        }
        RADIUS.check(radius);
        COVARIANCE_RADIUS.check(covarianceRadius);
        OFFSET.check(offset);
        DECAY.check(decay);
    }

    /** The optimiser itself, or a perturbation around it if the settings want one. */
    public static OptimiserSettings around(OptimiserSettings base, SettingValues values) {
        return values.get(ENABLED)
                ? new PerturbationSettings(
                        base,
                        values.get(RADIUS),
                        values.get(COVARIANCE_RADIUS),
                        values.get(DECAY),
                        values.get(OFFSET),
                        Damping.absolute(DAMPING.check(values.get(DAMPING))))
                : base;
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
        OptimiserDemand.Inversions own = new OptimiserDemand.Inversions(Method.FACTORED, 1, 1);
        OptimiserDemand.Inversions both = inner.inversions()
                .map(others -> new OptimiserDemand.Inversions(
                        others.method(), own.atOnce() + others.atOnce(), own.often() + others.often()))
                .orElse(own);
        return new OptimiserDemand(1 + inner.vectors(), inner.averages(), Optional.of(both));
    }

    @Override
    public List<ExpectedRequest> requests(Network network, RowSelection batch, boolean isAllRows) {
        Request gradient = Request.gradient(network, batch);
        Statistics factors = new Statistics(
                batch, List.of(StatisticKind.KRONECKER), network.layers(), Fisher.empirical(), List.of());
        List<ExpectedRequest> requests = new ArrayList<>();
        requests.add(new ExpectedRequest(gradient.with(factors), 1));
        requests.add(new ExpectedRequest(gradient, 1));
        requests.addAll(base.requests(network, batch, isAllRows));
        return requests;
    }

    @Override
    public OptimiserState start(List<LayerShape> layers) {
        return CovariancePerturbation.State.start(base, layers);
    }

    @Override
    public Optimiser create(OptimiserState state) {
        return new CovariancePerturbation(this, state);
    }
}
