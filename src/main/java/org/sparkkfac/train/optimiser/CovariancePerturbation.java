package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.IndefiniteDowndateException;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/**
 * See {@link PerturbationSettings}. With g₁ = ∇L(θ), g₂ = ∇L(θ + ρg₁/(‖g₁‖ + ξ)), m = g₂ − g₁, v ← αv + (1 − α)m and d = m −
 * v, the gradient is taken at {@code θ + ρ_c c/√(dᵀc), c = (M − g₁g₁ᵀ)⁻¹d}. Where 1 − g₁ᵀM⁻¹g₁ is not positive, c = M⁻¹d,
 * which the step's figures tell; where m = 0 the step is the plain one. Three calls of the port, beside those of the base
 * for more than a gradient; its statistics are of the perturbed point.
 */
final class CovariancePerturbation implements Optimiser {
    /**
     * Its state.
     *
     * @param gradientChange v
     * @param indefiniteDowndates steps that had to do without their downdate
     * @param base that of the base optimiser
     */
    record State(ParameterVector gradientChange, long indefiniteDowndates, OptimiserState base)
            implements OptimiserState {
        static State start(OptimiserSettings base, List<LayerShape> layers) {
            return new State(ParameterVector.zeros(layers), 0, base.start(layers));
        }

        @Override
        public Optional<StatisticsState> statistics() {
            return base.statistics();
        }

        @Override
        public Optional<Preconditioner> preconditioner() {
            return base.preconditioner();
        }
    }

    private final PerturbationSettings settings;
    private final Optimiser base;
    private final ParameterVector average;
    private long indefinites;

    CovariancePerturbation(PerturbationSettings settings, OptimiserState state) {
        State known = (State) state;
        this.settings = settings;
        this.base = settings.base().create(known.base());
        this.average = known.gradientChange();
        this.indefinites = known.indefiniteDowndates();
    }

    @Override
    public Request request(Step step, Request gradient) {
        return gradient.with(new Statistics(
                step.rows(), List.of(StatisticKind.KRONECKER), step.network().layers(), Fisher.empirical(), List.of()));
    }

    @Override
    public Move move(Step step, Objective objective, Sums sums) {
        ParameterVector gradient = Objective.meanGradient(sums);
        Perturbation perturbation = perturbation(step, gradient, sums.of(Statistics.class));
        Request request = base.request(step, Request.gradient(step.network(), step.rows()));
        Sums there = step.pass().run(moved(step, 1, perturbation.epsilon()), request);
        Objective perturbed = objective(step, objective, there);
        if (!perturbed.isFinite()) {
            there = step.pass().run(step.network(), request);
            perturbed = objective(step, objective, there);
        }
        indefinites += perturbation.isIndefinite() ? 1 : 0;
        Move move = base.move(step, perturbed, there);
        return new Move(move.delta(), move.choice().withIndefinite(perturbation.isIndefinite()), move.verdict());
    }

    /** ε, and whether its downdate was left out. */
    private record Perturbation(ParameterVector epsilon, boolean isIndefinite) {}

    private Perturbation perturbation(Step step, ParameterVector g, StatisticsState statistics) {
        Network uphill = moved(step, settings.radius() / (g.norm() + settings.offset()), g);
        ParameterVector d = Objective.meanGradient(step.pass().run(uphill, Request.gradient(uphill, step.rows())));
        d.add(-1, g);
        if (!d.isFinite() || statistics.firstNonFinite().isPresent()) {
            return new Perturbation(ParameterVector.zeros(g.layers()), false);
        }
        average.scale(settings.decay());
        average.add(1 - settings.decay(), d);
        if (d.norm() == 0) {
            return new Perturbation(ParameterVector.zeros(g.layers()), false);
        }
        d.add(-1, average);
        Preconditioner inverse = step.driver()
                .invert(
                        () -> FisherBlocks.of(statistics, Method.FACTORED.structure()),
                        Method.FACTORED,
                        settings.damping());
        ParameterVector c;
        boolean indefinite = false;
        try {
            c = inverse.downdate(g, 1).apply(d);
        } catch (IndefiniteDowndateException e) {
            c = inverse.apply(d);
            indefinite = true;
        }
        double product = d.dot(c);
        c.scale(product > 0 && Double.isFinite(product) ? settings.covarianceRadius() / Math.sqrt(product) : 0);
        return new Perturbation(c.isFinite() ? c : ParameterVector.zeros(c.layers()), indefinite);
    }

    /** Loss and value at θ, the gradient of elsewhere, the decay at θ. */
    private static Objective objective(Step step, Objective here, Sums there) {
        ParameterVector gradient = Objective.meanGradient(there);
        step.regularisation().addGradient(step.network().parameters(), gradient);
        return new Objective(here.loss(), here.value(), gradient);
    }

    private static Network moved(Step step, double scale, ParameterVector direction) {
        ParameterVector parameters = step.network().parameters().copy();
        parameters.add(scale, direction);
        return step.network().withParameters(parameters);
    }

    @Override
    public void rejected() {
        base.rejected();
    }

    @Override
    public OptimiserState state() {
        return new State(average, indefinites, base.state());
    }
}
