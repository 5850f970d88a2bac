package org.sparkkfac.train.optimiser;

import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/**
 * A rule for the next step. It works through the ports of its {@link Step} and keeps what it needs from one step to the
 * next in an {@link OptimiserState}, from which it goes on to the same bits.
 */
public interface Optimiser {
    /** What is asked of the step's rows: a gradient, with what this optimiser wants beside it. */
    Request request(Step step, Request gradient);

    /**
     * Chooses δ.
     *
     * @param objective h and ∇h, finite
     * @param sums the answer to {@link #request}
     */
    Move move(Step step, Objective objective, Sums sums);

    /** The last step was taken back, or led to parameters that are not finite and was not made. */
    void rejected();

    /** All that the next step depends on; shared, to be written before the next step. */
    OptimiserState state();
}
