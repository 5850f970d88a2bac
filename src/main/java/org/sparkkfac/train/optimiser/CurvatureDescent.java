package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/** See {@link CurvatureSettings}. */
final class CurvatureDescent implements Optimiser {
    /**
     * Its state.
     *
     * @param momentum the last δ
     * @param average of the statistics
     * @param preconditioner the inverse in use
     */
    record State(ParameterVector momentum, RunningCurvature.Average average, Optional<Preconditioner> preconditioner)
            implements OptimiserState {
        static State start(List<LayerShape> layers) {
            return new State(ParameterVector.zeros(layers), RunningCurvature.Average.NONE, Optional.empty());
        }

        @Override
        public Optional<StatisticsState> statistics() {
            return average.statistics();
        }
    }

    private final CurvatureSettings settings;
    private final RunningCurvature curvature;
    private ParameterVector last;
    private @Nullable Preconditioner inverse;

    CurvatureDescent(CurvatureSettings settings, OptimiserState state) {
        State known = (State) state;
        this.settings = settings;
        this.curvature = new RunningCurvature(settings.averaging(), settings.method(), known.average());
        this.last = known.momentum();
        this.inverse = known.preconditioner().orElse(null);
    }

    @Override
    public Request request(Step step, Request gradient) {
        return curvature.request(step, gradient);
    }

    @Override
    public Move move(Step step, Objective objective, Sums sums) {
        curvature.update(step, sums);
        if (curvature.awaitsWeight()) {
            return Move.accepted(ParameterVector.zeros(last.layers()), StepChoice.NONE);
        }
        Preconditioner preconditioner = inverse(step);
        ParameterVector direction = step.driver().apply(preconditioner, objective.gradient());
        double rate = settings.rate().at(step.number());
        double clip = clip(settings.clip(), rate, direction.dot(objective.gradient()));
        ParameterVector move = last.copy();
        move.scale(settings.momentum());
        move.add(-rate * clip, direction);
        double damping = preconditioner.layers().get(0).damping();
        last = move;
        return Move.accepted(
                move.copy(),
                new StepChoice(rate, settings.momentum(), clip, damping, Math.sqrt(damping), Double.NaN, false));
    }

    /** {@code ν = min(1, √(κ / (r²·Δᵀ∇h)))}, and 1 where Δᵀ∇h is zero. */
    static double clip(double kappa, double rate, double product) {
        return product > 0 ? Math.min(1, Math.sqrt(kappa / product) / rate) : 1;
    }

    private Preconditioner inverse(Step step) {
        Preconditioner known = inverse;
        boolean due = settings.averaging().invertsAt(step.number());
        // Corrected eigenvalues are new at every step with statistics and cost no decomposition.
        boolean corrected =
                settings.method().structure().hasBases() && settings.averaging().collectsAt(step.number());
        if (known == null || due || corrected) {
            known = curvature.invert(step, settings.damping(), known == null || due);
            inverse = known;
        }
        return known;
    }

    @Override
    public void rejected() {
        last = ParameterVector.zeros(last.layers());
    }

    @Override
    public OptimiserState state() {
        return new State(last, curvature.average(), Optional.ofNullable(inverse));
    }
}
