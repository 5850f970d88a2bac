package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

/** What is needed to make an optimiser. A new one is a record here. */
public sealed interface OptimiserSettings
        permits SgdSettings, AdamSettings, CurvatureSettings, AdaptiveSettings, PerturbationSettings {
    /** The name in configurations. */
    String name();

    /** What the optimiser will hold and ask. */
    OptimiserDemand demand();

    /** An optimiser at its first step, or with the memory of one that was interrupted. */
    Optimiser create(List<LayerShape> layers, OptimiserState memory);
}
