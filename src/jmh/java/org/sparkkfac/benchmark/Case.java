package org.sparkkfac.benchmark;

import org.sparkkfac.linalg.Precision;

/** One thing to be timed. */
interface Case {
    /** What is done, by whom, to what. */
    String name();

    Precision precision();

    /** Floating-point operations of one run; 0 where time alone counts. */
    double flop();

    /** Whether the gemm peak of this process says anything about it. */
    default boolean comparesWithPeak() {
        return flop() > 0;
    }

    /** Runs once and returns the seconds that count. */
    double run();

    /** Lets go of what it holds. */
    default void close() {}

    /** A case that times all of a computation. */
    static Case of(String name, Precision precision, double flop, Runnable work) {
        return new Timed(name, precision, flop, () -> {
            long start = System.nanoTime();
            work.run();
            return (System.nanoTime() - start) / 1e9;
        });
    }

    /**
     * A case whose computation does its own timing.
     *
     * @param work gives seconds
     */
    record Timed(String name, Precision precision, double flop, java.util.function.DoubleSupplier work)
            implements Case {
        @Override
        public double run() {
            return work.getAsDouble();
        }
    }
}
