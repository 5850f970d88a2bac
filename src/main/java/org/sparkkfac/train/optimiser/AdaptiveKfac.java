package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.FisherProducts;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.acceptance.StepOutcome;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;

/**
 * See {@link AdaptiveSettings}. A step is made from two calls of the port, gradient and quadratic model; every T₁ steps a
 * third measures the reduction ratio ρ, and with it a shorter step, which is there in case the whole one raised the loss. A
 * step between these shows to the first call of the next one whether it raised the loss of its rows, and is taken back
 * where it did; then λ grows and the next step inverts anew. The first step makes two more calls for every λ of a ladder,
 * where λ is to be searched for.
 */
final class AdaptiveKfac implements Optimiser {
    private static final String PREVIOUS = "previous_step";
    private static final String LAMBDA = "lambda";
    private static final String GAMMA = "gamma";
    private static final String SUSPECT = "inverse_is_suspect";
    private static final int SHARE = 2;
    private static final double SMALLEST_GAMMA = 1e-10;

    /** What is tried of a step beside all of it. */
    private static final double TRIED_PART = 0.25;

    /** How much λ grows with a step that is refused or taken back: as much as the paper's in five steps, whatever T₁ is. */
    private static final double REFUSAL = Math.pow(20.0 / 19, 5);

    private static final double SEARCH_FROM = 1000;
    private static final double SEARCH_TO = 1e-6;
    private static final double SEARCH_FACTOR = 10;

    /** The ladder ends after two rungs that are no better. */
    private static final double SEARCH_GOES_ON = 1 / 101.0;

    private final AdaptiveSettings settings;
    private final RunningCurvature curvature;
    private double lambda;
    private double gamma;
    private @Nullable ParameterVector previous;
    private @Nullable Preconditioner inverse;
    private boolean isInverseSuspect;

    /** A γ that is tried, and what comes of it. */
    private record Candidate(double gamma, Preconditioner inverse, ParameterVector direction) {}

    AdaptiveKfac(AdaptiveSettings settings, List<LayerShape> layers, OptimiserState memory) {
        this.settings = settings;
        this.curvature = new RunningCurvature(settings.averaging(), Method.FACTORED, memory);
        this.lambda = memory.number(LAMBDA, settings.damping());
        this.gamma = memory.number(GAMMA, Double.NaN);
        this.previous = memory.vectors().get(PREVIOUS);
        this.inverse = memory.preconditioner().orElse(null);
        this.isInverseSuspect = memory.number(SUSPECT, 0) > 0;
    }

    @Override
    public Request request(Step step, Request gradient) {
        return curvature.request(step, gradient);
    }

    @Override
    public ParameterVector move(Step step, Objective objective, Sums sums) {
        curvature.update(step, sums);
        if (curvature.awaitsWeight()) {
            return ParameterVector.zeros(step.network().layers());
        }
        if (Double.isNaN(gamma)) {
            lambda = lambda > 0 ? lambda : search(step, objective);
            gamma = gamma(step, lambda);
        }
        List<Candidate> candidates = candidates(step, objective);
        List<ParameterVector> directions = new ArrayList<>();
        candidates.forEach(candidate -> directions.add(candidate.direction()));
        ParameterVector before = previous;
        if (before != null) {
            directions.add(before);
        }
        QuadraticModel model = model(step, objective, directions, lambda);
        int best = 0;
        QuadraticModel.Fit fit = fit(model, 0, directions.size(), candidates.size());
        for (int i = 1; i < candidates.size(); i++) {
            QuadraticModel.Fit other = fit(model, i, directions.size(), candidates.size());
            if (other.change() < fit.change()) {
                best = i;
                fit = other;
            }
        }
        gamma = candidates.get(best).gamma();
        inverse = candidates.get(best).inverse();
        isInverseSuspect = false;
        ParameterVector move = candidates.get(best).direction();
        move.scale(fit.alpha());
        if (before != null) {
            move.add(fit.mu(), before);
        }
        return finish(step, objective, move, fit);
    }

    private List<Candidate> candidates(Step step, Objective objective) {
        long k = step.number();
        Preconditioner known = inverse;
        List<Candidate> candidates = new ArrayList<>();
        if (k % settings.gammaPeriod() == 0) {
            double factor = settings.gammaFactor();
            for (double tried : new double[] {gamma, factor * gamma, gamma / factor}) {
                candidates.add(candidate(step, objective, Math.max(SMALLEST_GAMMA, tried)));
            }
        } else if (known == null || isInverseSuspect || settings.averaging().invertsAt(k)) {
            candidates.add(candidate(step, objective, gamma));
        } else {
            candidates.add(candidate(step, objective, gamma, known));
        }
        return candidates;
    }

    private Candidate candidate(Step step, Objective objective, double tried) {
        return candidate(step, objective, tried, curvature.invert(step, Damping.absolute(tried * tried), true));
    }

    private static Candidate candidate(Step step, Objective objective, double gamma, Preconditioner inverse) {
        ParameterVector direction = step.apply(inverse, objective.gradient());
        direction.scale(-1);
        return new Candidate(gamma, inverse, direction);
    }

    /** γ at first. */
    private static double gamma(Step step, double damping) {
        return Math.sqrt(damping + step.regularisation().decay());
    }

    /** The λ of a ladder, going down, whose first step would lower the loss of its rows most. */
    private double search(Step step, Objective objective) {
        RowSelection rows = step.share(step.rows(), settings.productsFraction(), SHARE);
        double best = SEARCH_FROM;
        double lowest = Double.POSITIVE_INFINITY;
        for (double tried = SEARCH_FROM; tried >= SEARCH_TO && tried >= best * SEARCH_GOES_ON; tried /= SEARCH_FACTOR) {
            ParameterVector move =
                    candidate(step, objective, gamma(step, tried)).direction();
            move.scale(model(step, objective, List.of(move), tried).along(0).alpha());
            ParameterVector there = step.network().parameters().copy();
            there.add(1, move);
            double value = step.ask(step.network(), Request.of(new Fit(rows, there)))
                            .of(Fit.class)
                            .meanLoss()
                    + step.regularisation().value(there);
            if (value < lowest) {
                lowest = value;
                best = tried;
            }
        }
        return best;
    }

    private QuadraticModel model(Step step, Objective objective, List<ParameterVector> directions, double damping) {
        Request request =
                Request.of(new FisherProducts(step.share(step.rows(), settings.productsFraction(), SHARE), directions));
        DoubleMatrix products =
                step.ask(step.network(), request).of(FisherProducts.class).mean();
        return QuadraticModel.of(products, directions, objective.gradient(), damping, step.regularisation());
    }

    private static QuadraticModel.Fit fit(QuadraticModel model, int i, int directions, int candidates) {
        return directions > candidates ? model.along(i, candidates) : model.along(i);
    }

    private ParameterVector finish(Step step, Objective objective, ParameterVector move, QuadraticModel.Fit fit) {
        ParameterVector taken = move;
        double ratio = Double.NaN;
        if (step.number() % settings.dampingPeriod() == 0) {
            ParameterVector part = move.copy();
            part.scale(TRIED_PART);
            List<Double> changes = changes(step, objective, List.of(move, part));
            step.figures().markChecked();
            ratio = changes.get(0) / fit.change();
            adapt(ratio);
            if (Double.isNaN(changes.get(0)) || isRaised(step, objective, changes.get(0))) {
                taken = shorter(step, part, changes.get(1));
            }
        }
        step.figures().choose(new StepChoice(fit.alpha(), fit.mu(), Double.NaN, lambda, gamma, ratio, false));
        previous = step.figures().outcome() == StepOutcome.REFUSED ? null : taken.copy();
        return taken;
    }

    private static boolean isRaised(Step step, Objective objective, double change) {
        return PendingStep.isRaised(objective.value(), change, step.precision());
    }

    /** Levenberg and Marquardt: less damping where the model foresaw the reduction, more where it did not. */
    private void adapt(double ratio) {
        if (ratio > 0.75) {
            lambda *= settings.dampingFactor();
        } else if (!(ratio >= 0.25)) {
            lambda /= settings.dampingFactor();
        }
    }

    /** {@code h(θ + δ) − h(θ)} on the step's rows, for several δ; one call of the port. */
    private static List<Double> changes(Step step, Objective objective, List<ParameterVector> moves) {
        List<ParameterVector> trials = new ArrayList<>();
        for (ParameterVector move : moves) {
            ParameterVector trial = step.network().parameters().copy();
            trial.add(1, move);
            trials.add(trial);
        }
        List<Evaluation> losses =
                step.ask(step.network(), Request.fits(step.rows(), trials)).all(Fit.class);
        List<Double> changes = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            double value = losses.get(i).meanLoss() + step.regularisation().value(trials.get(i));
            changes.add(value - objective.value());
        }
        return changes;
    }

    /** A part of a step that raised the loss, if that part lowers it; or none of it, and then λ grows once more. */
    private ParameterVector shorter(Step step, ParameterVector part, double change) {
        if (change < 0) {
            step.figures().end(StepOutcome.SHORTENED);
            return part;
        }
        step.figures().end(StepOutcome.REFUSED);
        lambda *= REFUSAL;
        return ParameterVector.zeros(part.layers());
    }

    @Override
    public boolean takesBackRaises() {
        return true;
    }

    @Override
    public void refused() {
        lambda *= REFUSAL;
        previous = null;
        isInverseSuspect = true;
    }

    @Override
    public OptimiserState memory() {
        Map<String, Double> numbers = new HashMap<>();
        numbers.put(LAMBDA, lambda);
        numbers.put(GAMMA, gamma);
        numbers.put(SUSPECT, isInverseSuspect ? 1.0 : 0.0);
        curvature.remember(numbers);
        ParameterVector before = previous;
        return new OptimiserState(
                before == null ? Map.of() : Map.of(PREVIOUS, before),
                numbers,
                curvature.average(),
                Optional.ofNullable(inverse));
    }
}
