package org.sparkkfac.train.state;

import java.util.Optional;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.StatisticsState;

/**
 * What an optimiser carries from one step to the next: a record, whose members checkpoints keep by their names. A member is
 * a vector of parameters, statistics, an inverse, a number, a flag, a record of such, or an {@link Optional} of one; the
 * state of a wrapped optimiser is a member too. Shared, not copied: it may change with the next step.
 */
public interface OptimiserState {
    /** Without members: that before an optimiser has been made. */
    record Empty() implements OptimiserState {}

    /** Nothing, from which an optimiser begins. */
    static OptimiserState empty() {
        return new Empty();
    }

    /** Running averages of statistics, of total weight 1, if the optimiser keeps some. */
    default Optional<StatisticsState> statistics() {
        return Optional.empty();
    }

    /** The inverse in use, if there is one. */
    default Optional<Preconditioner> preconditioner() {
        return Optional.empty();
    }

    /** In how many steps a covariance perturbation had to do without its downdate. */
    default long indefiniteDowndates() {
        return 0;
    }
}
