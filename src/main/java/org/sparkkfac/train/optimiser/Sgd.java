package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Map;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/** See {@link SgdSettings}. */
final class Sgd implements Optimiser {
    private static final String MOMENTUM = "momentum";

    private final SgdSettings settings;
    private ParameterVector last;

    Sgd(SgdSettings settings, List<LayerShape> layers, OptimiserState memory) {
        this.settings = settings;
        this.last = memory.vectors().getOrDefault(MOMENTUM, ParameterVector.zeros(layers));
    }

    @Override
    public Request request(Step step, Request gradient) {
        return gradient;
    }

    @Override
    public ParameterVector move(Step step, Objective objective, Sums sums) {
        double rate = settings.rate().at(step.number());
        ParameterVector move = last.copy();
        move.scale(settings.momentum());
        move.add(-rate, objective.gradient());
        step.figures().choose(StepChoice.of(rate, settings.momentum()));
        last = move;
        return move.copy();
    }

    @Override
    public void refused() {
        last = ParameterVector.zeros(last.layers());
    }

    @Override
    public OptimiserState memory() {
        return new OptimiserState(Map.of(MOMENTUM, last), Map.of());
    }
}
