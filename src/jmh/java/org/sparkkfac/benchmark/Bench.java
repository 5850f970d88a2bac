package org.sparkkfac.benchmark;

/** A benchmark: what it measures, and how. */
interface Bench {
    /** The name on the command line. */
    String name();

    /** One line for the help: what is done, and what is inside the clock. */
    String description();

    /** Measures and adds the results. */
    void run(Setting setting, Results results);
}
