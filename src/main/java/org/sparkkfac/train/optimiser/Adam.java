package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/** See {@link AdamSettings}. */
final class Adam implements Optimiser {
    private static final String FIRST = "first_moment";
    private static final String SECOND = "second_moment";
    private static final String COUNT = "count";

    private final AdamSettings settings;
    private ParameterVector first;
    private ParameterVector second;
    private double count;

    Adam(AdamSettings settings, List<LayerShape> layers, OptimiserState memory) {
        this.settings = settings;
        this.first = memory.vectors().getOrDefault(FIRST, ParameterVector.zeros(layers));
        this.second = memory.vectors().getOrDefault(SECOND, ParameterVector.zeros(layers));
        this.count = memory.number(COUNT, 0);
    }

    @Override
    public Request request(Step step, Request gradient) {
        return gradient;
    }

    @Override
    public ParameterVector move(Step step, Objective objective, Sums sums) {
        count++;
        double rate = settings.rate().at(step.number());
        double scale = rate / (1 - Math.pow(settings.beta1(), count));
        double correction = 1 / (1 - Math.pow(settings.beta2(), count));
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
        step.figures().choose(StepChoice.of(rate, settings.beta1()));
        return move;
    }

    @Override
    public void refused() {
        first = ParameterVector.zeros(first.layers());
    }

    @Override
    public OptimiserState memory() {
        return new OptimiserState(Map.of(FIRST, first, SECOND, second), Map.of(COUNT, count));
    }
}
