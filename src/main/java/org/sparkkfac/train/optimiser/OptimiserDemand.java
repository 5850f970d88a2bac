package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.StatisticKind;

/**
 * What an optimiser holds on the driver, known from its settings alone.
 *
 * @param vectors vectors of parameters that it carries from step to step
 * @param averages statistics of which it keeps running averages
 * @param inversions how it inverts statistics, if it does
 */
public record OptimiserDemand(int vectors, List<StatisticKind> averages, Optional<Inversions> inversions) {
    /**
     * Inverses on the driver.
     *
     * @param method how they are made
     * @param atOnce how many are there at the same time, at most: the one in use, and those that may take its place
     * @param often how many are made in a step, on average
     */
    public record Inversions(Method method, int atOnce, double often) {}

    /** That of an optimiser of gradients alone. */
    static OptimiserDemand ofGradients(int vectors) {
        return new OptimiserDemand(vectors, List.of(), Optional.empty());
    }
}
