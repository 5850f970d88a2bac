package org.sparkkfac.train.optimiser;

import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.train.state.Verdict;

/**
 * What an optimiser chooses.
 *
 * @param delta δ, owned by whoever takes it
 * @param choice how it was chosen
 * @param verdict WAIT if the next step is to ask whether it raised the objective on its rows; else what the optimiser has
 *     found out, or ACCEPT if it does not want to know
 */
public record Move(ParameterVector delta, StepChoice choice, Verdict verdict) {
    /** A step that is taken whatever it does to the objective. */
    static Move accepted(ParameterVector delta, StepChoice choice) {
        return new Move(delta, choice, Verdict.ACCEPT);
    }
}
