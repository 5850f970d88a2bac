package org.sparkkfac.train;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What training takes from its surroundings and its result does not depend on.
 *
 * @param nanoseconds a clock
 * @param threads how many threads the driver may use while no job runs
 * @param stopRequested whether to stop after the step at hand
 */
public record Surroundings(LongSupplier nanoseconds, int threads, BooleanSupplier stopRequested) {
    /** The clock of this machine, and no one who asks to stop. */
    public static Surroundings ofThisMachine(int threads) {
        return new Surroundings(System::nanoTime, threads, () -> false);
    }
}
