package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

/**
 * Stochastic gradient descent with momentum: {@code δ ← μδ − r∇h}.
 *
 * @param rate r
 * @param momentum μ in [0, 1)
 */
public record SgdSettings(Schedule rate, double momentum) implements OptimiserSettings {
    static final OptimiserType SGD = OptimiserType.of(
                    "sgd",
                    "stochastic gradient descent with momentum",
                    values -> new SgdSettings(Schedule.of(values), values.get(CommonSettings.MOMENTUM)))
            .withDefault(Schedule.RATE, 0.1)
            .withDefault(CommonSettings.MOMENTUM, 0.9);

    /** Rejects a momentum that would never fade. */
    public SgdSettings {
        CommonSettings.MOMENTUM.check(momentum);
    }

    @Override
    public String name() {
        return SGD.name();
    }

    @Override
    public OptimiserDemand demand() {
        return OptimiserDemand.ofGradients(1);
    }

    @Override
    public OptimiserState start(List<LayerShape> layers) {
        return Sgd.State.start(layers);
    }

    @Override
    public Optimiser create(OptimiserState state) {
        return new Sgd(this, state);
    }
}
