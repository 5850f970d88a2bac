package org.sparkkfac.train.optimiser;

import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.acceptance.Regularisation;

/**
 * A step that is being made.
 *
 * @param number k, counted from 1
 * @param network at θ
 * @param rows of its batch
 * @param regularisation of h
 * @param seed of the shares of rows
 * @param pass answers requests for sums over rows
 * @param driver does work on the driver
 */
public record Step(
        long number,
        Network network,
        RowSelection rows,
        Regularisation regularisation,
        long seed,
        Pass pass,
        Driver driver) {
    /** A share of some rows, elsewhere in their chunks at every step; {@code purpose} tells shares apart. */
    RowSelection share(RowSelection of, double fraction, int purpose) {
        return of.fraction(
                fraction, new CounterRandom(seed).seek(number, purpose).nextUniform());
    }
}
