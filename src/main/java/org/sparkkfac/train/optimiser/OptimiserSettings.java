package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

/** What is needed to make an optimiser; {@link Optimisers} has them by name. */
public interface OptimiserSettings {
    /** The name in configurations. */
    String name();

    /** What the optimiser will hold and ask. */
    OptimiserDemand demand();

    /** An optimiser at its first step, or with the memory of one that was interrupted. */
    Optimiser create(List<LayerShape> layers, OptimiserState memory);
}
