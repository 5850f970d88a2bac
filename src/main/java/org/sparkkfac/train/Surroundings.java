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
public record Surroundings(LongSupplier nanoseconds, int threads, BooleanSupplier stopRequested, Inversion inversion) {
    /** The clock of this machine, no one who asks to stop, and inversion by this process. */
    public static Surroundings ofThisMachine(int threads) {
        return new Surroundings(System::nanoTime, threads, () -> false, Inversion.HERE);
    }

    /** The same with another clock. */
    public Surroundings withClock(LongSupplier clock) {
        return new Surroundings(clock, threads, stopRequested, inversion);
    }

    /** The same with someone who may ask to stop. */
    public Surroundings withStop(BooleanSupplier requested) {
        return new Surroundings(nanoseconds, threads, requested, inversion);
    }

    /** The same with blocks inverted elsewhere. */
    public Surroundings withInversion(Inversion elsewhere) {
        return new Surroundings(nanoseconds, threads, stopRequested, elsewhere);
    }
}
