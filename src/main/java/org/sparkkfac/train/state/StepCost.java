package org.sparkkfac.train.state;

/**
 * What a step cost.
 *
 * @param jobs calls of the port
 * @param rowsTouched rows gone through, once for each part of a request
 * @param dataSeconds in these calls
 * @param statisticsSeconds averaging
 * @param inversionSeconds inverting
 * @param seconds in all, validation and checkpoints left out
 */
public record StepCost(
        int jobs,
        long rowsTouched,
        double dataSeconds,
        double statisticsSeconds,
        double inversionSeconds,
        double seconds) {}
