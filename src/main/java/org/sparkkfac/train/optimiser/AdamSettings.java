package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

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
        requireMemory("beta1", beta1);
        requireMemory("beta2", beta2);
        if (!(epsilon > 0)) {
            throw new UserException("train.adam.epsilon must be positive, not " + epsilon);
        }
    }

    private static void requireMemory(String name, double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new UserException("train.adam." + name + " must be in [0, 1), not " + beta);
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
    public Optimiser create(List<LayerShape> layers, OptimiserState memory) {
        return new Adam(this, layers, memory);
    }
}
