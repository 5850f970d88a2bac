package org.sparkkfac.train.optimiser;

import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Objective;
import org.sparkkfac.train.state.OptimiserState;

/**
 * A rule for the next step. It asks for sums through its {@link Step} and keeps what it needs from one step to the next
 * in a {@link OptimiserState}, from which it goes on to the same bits.
 */
public interface Optimiser {
    /** What is asked of the step's rows: a gradient, with what this optimiser wants beside it. */
    Request request(Step step, Request gradient);

    /**
     * Chooses δ, a new vector.
     *
     * @param objective h and ∇h, finite
     * @param sums the answer to {@link #request}
     */
    ParameterVector move(Step step, Objective objective, Sums sums);

    /** Is told that the step before raised the objective or led to where it is not finite, or δ was not, and was taken back. */
    void refused();

    /**
     * Whether a step that raises the objective on its rows is to be taken back by the next one, which then asks for their loss
     * too, unless the optimiser has asked itself.
     */
    default boolean takesBackRaises() {
        return false;
    }

    /** All that the next step depends on; shared, to be written before the next step. */
    OptimiserState memory();
}
