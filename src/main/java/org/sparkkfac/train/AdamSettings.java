package org.sparkkfac.train;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;

/**
 * Adam; Kingma and Ba 2015.
 *
 * @param rate step size
 * @param beta1 memory of the gradient
 * @param beta2 memory of its square
 * @param epsilon added to the root of the second moment
 */
public record AdamSettings(Schedule rate, double beta1, double beta2, double epsilon) implements OptimiserSettings {
    /** Rejects memories that would never fade. */
    public AdamSettings {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new UserException("train.adam: both betas must be in [0, 1), not " + beta1 + " and " + beta2);
        }
        if (!(epsilon > 0)) {
            throw new UserException("train.adam: epsilon must be positive, not " + epsilon);
        }
    }

    /** With the constants of the paper. */
    public static AdamSettings of(Schedule rate) {
        return new AdamSettings(rate, 0.9, 0.999, 1e-8);
    }

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public OptimiserDemand demand() {
        return OptimiserDemand.ofGradients(2);
    }

    @Override
    public Optimiser create(List<LayerShape> layers, Memory memory) {
        return new Adam(this, layers, memory);
    }
}
