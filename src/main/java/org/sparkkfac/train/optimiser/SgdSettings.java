package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

/**
 * Stochastic gradient descent with momentum: {@code δ ← μδ − r∇h}.
 *
 * @param rate r
 * @param momentum μ in [0, 1)
 */
public record SgdSettings(Schedule rate, double momentum) implements OptimiserSettings {
    /** Rejects a momentum that would never fade. */
    public SgdSettings {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new UserException("train.momentum must be in [0, 1), not " + momentum);
        }
    }

    @Override
    public String name() {
        return "sgd";
    }

    @Override
    public OptimiserDemand demand() {
        return OptimiserDemand.ofGradients(1);
    }

    @Override
    public Optimiser create(List<LayerShape> layers, OptimiserState memory) {
        return new Sgd(this, layers, memory);
    }
}
