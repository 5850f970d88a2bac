package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/** See {@link AdamSettings}. */
final class Adam implements Optimiser {
    /**
     * Its state.
     *
     * @param firstMoment running average of the gradient
     * @param secondMoment of its square
     * @param count steps in these averages
     */
    record State(ParameterVector firstMoment, ParameterVector secondMoment, long count) implements OptimiserState {
        static State start(List<LayerShape> layers) {
            return new State(ParameterVector.zeros(layers), ParameterVector.zeros(layers), 0);
        }
    }

    private final AdamSettings settings;
    private State state;

    Adam(AdamSettings settings, OptimiserState state) {
        this.settings = settings;
        this.state = (State) state;
    }

    @Override
    public Request request(Step step, Request gradient) {
        return gradient;
    }

    @Override
    public Move move(Step step, Objective objective, Sums sums) {
        ParameterVector first = state.firstMoment();
        ParameterVector second = state.secondMoment();
        long count = state.count() + 1;
        double rate = settings.rate().at(step.number());
        double scale = rate / (1 - Math.pow(settings.beta1(), (double) count));
        double correction = 1 / (1 - Math.pow(settings.beta2(), (double) count));
        ParameterVector move = ParameterVector.zeros(first.layers());
        first.scale(settings.beta1());
        first.add(1 - settings.beta1(), objective.gradient());
        second.scale(settings.beta2());
        for (int l = 0; l < first.layers().size(); l++) {
            DoubleMatrix gradient = objective.gradient().block(l);
            DoubleMatrix squares = second.block(l);
            squares.setToCombination(squares, gradient, (v, g) -> v + (1 - settings.beta2()) * g * g);
            move.block(l)
                    .setToCombination(
                            first.block(l),
                            squares,
                            (m, v) -> -scale * m / (Math.sqrt(correction * v) + settings.epsilon()));
        }
        state = new State(first, second, count);
        return Move.accepted(move, StepChoice.of(rate, settings.beta1()));
    }

    @Override
    public void rejected() {
        ParameterVector zeros = ParameterVector.zeros(state.firstMoment().layers());
        state = new State(zeros, state.secondMoment(), state.count());
    }

    @Override
    public OptimiserState state() {
        return state;
    }
}
