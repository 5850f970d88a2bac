package org.sparkkfac.train;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.sparkkfac.precondition.Inversion;

/**
 * What training takes from its surroundings and its result does not depend on.
 *
 * @param nanoseconds a clock
 * @param threads how many threads the driver may use while no job runs
 * @param stopRequested whether to stop after the step at hand
 * @param inversion where blocks are inverted
 */
public record Environment(LongSupplier nanoseconds, int threads, BooleanSupplier stopRequested, Inversion inversion) {
    /** The clock of this machine, no one who asks to stop, and inversion by this process. */
    public static Environment ofThisMachine(int threads) {
        return new Environment(System::nanoTime, threads, () -> false, Inversion.HERE);
    }

    /** The same with another clock. */
    public Environment withClock(LongSupplier clock) {
        return new Environment(clock, threads, stopRequested, inversion);
    }

    /** The same with someone who may ask to stop. */
    public Environment withStop(BooleanSupplier requested) {
        return new Environment(nanoseconds, threads, requested, inversion);
    }

    /** The same with blocks inverted elsewhere. */
    public Environment withInversion(Inversion elsewhere) {
        return new Environment(nanoseconds, threads, stopRequested, elsewhere);
    }
}
