package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.state.OptimiserState;

/** What is needed to make an optimiser; {@link Optimisers} has them by name. */
public interface OptimiserSettings {
    /** The name in configurations. */
    String name();

    /** What the optimiser will hold. */
    OptimiserDemand demand();

    /**
     * The requests of a step; the first asks for the gradient.
     *
     * @param batch rows of a step
     * @param isAllRows whether these are all: then a step knows the loss of the one before without asking for it
     */
    default List<ExpectedRequest> requests(Network network, RowSelection batch, boolean isAllRows) {
        return List.of(new ExpectedRequest(Request.gradient(network, batch), 1));
    }

    /** The state before the first step. */
    OptimiserState start(List<LayerShape> layers);

    /**
     * An optimiser that goes on from a state.
     *
     * @param state one of an optimiser of these settings, or {@link #start}
     */
    Optimiser create(OptimiserState state);
}
