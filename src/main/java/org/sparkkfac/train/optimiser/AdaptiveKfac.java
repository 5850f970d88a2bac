package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.Verdict;

/**
 * See {@link AdaptiveSettings}. A step asks twice: for the gradient, and for the quadratic model. Every T₁ steps it asks a
 * third time, for the reduction ratio ρ and for the loss after a quarter of the step, which is taken where the whole step
 * raises the loss. The steps between wait: the next step asks their rows, and λ grows where they are taken back. The first
 * step makes two more requests for every λ that is tried, where λ is to be searched for.
 */
final class AdaptiveKfac implements Optimiser {
    /**
     * Its state.
     *
     * @param previousStep the last δ, unless it was taken back
     * @param lambda λ; 0 before it has been searched for
     * @param gamma γ; NaN before the first step
     * @param isInverseSuspect whether the next step must invert
     * @param average of the statistics
     * @param preconditioner the inverse in use
     */
    record State(
            Optional<ParameterVector> previousStep,
            double lambda,
            double gamma,
            boolean isInverseSuspect,
            RunningCurvature.Average average,
            Optional<Preconditioner> preconditioner)
            implements OptimiserState {
        static State start(double damping, List<LayerShape> layers) {
            return new State(
                    Optional.empty(), damping, Double.NaN, false, RunningCurvature.Average.NONE, Optional.empty());
        }

        @Override
        public Optional<StatisticsState> statistics() {
            return average.statistics();
        }
    }

    private static final int SHARE = 2;
    private static final double SMALLEST_GAMMA = 1e-10;

    /** The part of a step that is tried beside all of it. */
    private static final double TRIED_PART = 0.25;

    /** The growth of λ with a step that is taken back: that of the paper in five steps, whatever T₁ is. */
    private static final double REJECTION = Math.pow(20.0 / 19, 5);

    private static final double SEARCH_FROM = 1000;
    private static final double SEARCH_TO = 1e-6;
    private static final double SEARCH_FACTOR = 10;

    /** The search ends after two values that are no better. */
    private static final double SEARCH_GOES_ON = 1 / 101.0;

    private final AdaptiveSettings settings;
    private final RunningCurvature curvature;
    private double lambda;
    private double gamma;
    private @Nullable ParameterVector previous;
    private @Nullable Preconditioner inverse;
    private boolean isInverseSuspect;

    /** A γ that is tried, with its inverse and direction Δ. */
    private record Candidate(double gamma, Preconditioner inverse, ParameterVector direction) {}

    AdaptiveKfac(AdaptiveSettings settings, OptimiserState state) {
        State known = (State) state;
        this.settings = settings;
        this.curvature = new RunningCurvature(settings.averaging(), Method.FACTORED, known.average());
        this.lambda = known.lambda();
        this.gamma = known.gamma();
        this.previous = known.previousStep().orElse(null);
        this.inverse = known.preconditioner().orElse(null);
        this.isInverseSuspect = known.isInverseSuspect();
    }

    @Override
    public Request request(Step step, Request gradient) {
        return curvature.request(step, gradient);
    }

    @Override
    public Move move(Step step, Objective objective, Sums sums) {
        curvature.update(step, sums);
        if (curvature.awaitsWeight()) {
            return new Move(ParameterVector.zeros(step.network().layers()), StepChoice.NONE, Verdict.WAIT);
        }
        if (Double.isNaN(gamma)) {
            lambda = lambda > 0 ? lambda : search(step, objective);
            gamma = gamma(step, lambda);
        }
        List<Candidate> candidates = candidates(step, objective);
        List<QuadraticModel.Fit> fits = fits(step, objective, candidates);
        int best = 0;
        for (int i = 1; i < candidates.size(); i++) {
            best = fits.get(i).change() < fits.get(best).change() ? i : best;
        }
        Candidate chosen = candidates.get(best);
        QuadraticModel.Fit fit = fits.get(best);
        gamma = chosen.gamma();
        inverse = chosen.inverse();
        isInverseSuspect = false;
        ParameterVector move = chosen.direction();
        move.scale(fit.alpha());
        if (previous != null) {
            move.add(fit.mu(), previous);
        }
        return checked(step, objective, move, fit);
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
        ParameterVector direction = step.driver().apply(inverse, objective.gradient());
        direction.scale(-1);
        return new Candidate(gamma, inverse, direction);
    }

    /** γ before the first step. */
    private static double gamma(Step step, double damping) {
        return Math.sqrt(damping + step.regularisation().decay());
    }

    /** Tries λ in falling order and returns the one whose first step lowers the loss of its rows most. */
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
            double value = step.pass()
                            .run(step.network(), Request.of(new Fit(rows, there)))
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
        DoubleMatrix products = step.pass()
                .run(step.network(), request)
                .of(FisherProducts.class)
                .mean();
        return QuadraticModel.of(products, directions, objective.gradient(), damping, step.regularisation());
    }

    /** The best steps along the candidates' directions and the last step. */
    private List<QuadraticModel.Fit> fits(Step step, Objective objective, List<Candidate> candidates) {
        int k = candidates.size();
        List<ParameterVector> directions = new ArrayList<>();
        candidates.forEach(candidate -> directions.add(candidate.direction()));
        ParameterVector before = previous;
        if (before != null) {
            directions.add(before);
        }
        QuadraticModel model = model(step, objective, directions, lambda);
        return IntStream.range(0, k)
                .mapToObj(i -> directions.size() > k ? model.along(i, k) : model.along(i))
                .toList();
    }

    /** Every T₁ steps measures what a step does to the objective, adapts λ, and takes a part of the step or none if it must. */
    private Move checked(Step step, Objective objective, ParameterVector move, QuadraticModel.Fit fit) {
        Verdict verdict = Verdict.WAIT;
        ParameterVector taken = move;
        double ratio = Double.NaN;
        if (step.number() % settings.dampingPeriod() == 0) {
            ParameterVector part = move.copy();
            part.scale(TRIED_PART);
            List<Double> changes = changes(step, objective, List.of(move, part));
            ratio = changes.get(0) / fit.change();
            adapt(ratio);
            boolean raises = Double.isNaN(changes.get(0)) || isRaised(step, objective, changes.get(0));
            verdict = raises ? (changes.get(1) < 0 ? Verdict.SHORTEN : Verdict.REJECT) : Verdict.ACCEPT;
            taken = verdict == Verdict.SHORTEN ? part : move;
        }
        if (verdict == Verdict.REJECT) {
            taken = ParameterVector.zeros(move.layers());
            lambda *= REJECTION;
        }
        previous = verdict == Verdict.REJECT ? null : taken.copy();
        return new Move(taken, new StepChoice(fit.alpha(), fit.mu(), Double.NaN, lambda, gamma, ratio, false), verdict);
    }

    private static boolean isRaised(Step step, Objective objective, double change) {
        return PendingStep.isRaised(objective.value(), change, step.pass().precision());
    }

    /** Levenberg and Marquardt: less damping where the model foresaw the reduction, more where it did not. */
    private void adapt(double ratio) {
        if (ratio > 0.75) {
            lambda *= settings.dampingFactor();
        } else if (!(ratio >= 0.25)) {
            lambda /= settings.dampingFactor();
        }
    }

    /** {@code h(θ + δ) − h(θ)} on the step's rows for several δ, by one request. */
    private static List<Double> changes(Step step, Objective objective, List<ParameterVector> moves) {
        List<ParameterVector> trials = new ArrayList<>();
        for (ParameterVector move : moves) {
            ParameterVector trial = step.network().parameters().copy();
            trial.add(1, move);
            trials.add(trial);
        }
        List<Evaluation> losses = step.pass()
                .run(step.network(), Request.fits(step.rows(), trials))
                .all(Fit.class);
        List<Double> changes = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            double value = losses.get(i).meanLoss() + step.regularisation().value(trials.get(i));
            changes.add(value - objective.value());
        }
        return changes;
    }

    @Override
    public void rejected() {
        lambda *= REJECTION;
        previous = null;
        isInverseSuspect = true;
    }

    @Override
    public OptimiserState state() {
        return new State(
                Optional.ofNullable(previous),
                lambda,
                gamma,
                isInverseSuspect,
                curvature.average(),
                Optional.ofNullable(inverse));
    }
}
