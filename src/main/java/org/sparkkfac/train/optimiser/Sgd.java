package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/** See {@link SgdSettings}. */
final class Sgd implements Optimiser {
    /**
     * Its state.
     *
     * @param momentum the last δ
     */
    record State(ParameterVector momentum) implements OptimiserState {
        static State start(List<LayerShape> layers) {
            return new State(ParameterVector.zeros(layers));
        }
    }

    private final SgdSettings settings;
    private State state;

    Sgd(SgdSettings settings, OptimiserState state) {
        this.settings = settings;
        this.state = (State) state;
    }

    @Override
    public Request request(Step step, Request gradient) {
        return gradient;
    }

    @Override
    public Move move(Step step, Objective objective, Sums sums) {
        double rate = settings.rate().at(step.number());
        ParameterVector move = state.momentum().copy();
        move.scale(settings.momentum());
        move.add(-rate, objective.gradient());
        state = new State(move);
        return Move.accepted(move.copy(), StepChoice.of(rate, settings.momentum()));
    }

    @Override
    public void rejected() {
        state = State.start(state.momentum().layers());
    }

    @Override
    public OptimiserState state() {
        return state;
    }
}
