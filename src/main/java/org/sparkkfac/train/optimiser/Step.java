package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Inversion;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.acceptance.Regularisation;

/** One step while it is made: its rows, its network, the port, and the account of what it cost. */
public final class Step {
    private final long number;
    private final Network network;
    private final RowSelection rows;
    private final Pass pass;
    private final Regularisation regularisation;
    private final CounterRandom random;
    private final LongSupplier nanoseconds;
    private final int threads;
    private final Inversion inversion;
    private final StepFigures figures = new StepFigures();

    public Step(
            long number,
            Network network,
            RowSelection rows,
            Pass pass,
            Regularisation regularisation,
            long seed,
            LongSupplier nanoseconds,
            int threads,
            Inversion inversion) {
        this.number = number;
        this.network = network;
        this.rows = rows;
        this.pass = pass;
        this.regularisation = regularisation;
        this.random = new CounterRandom(seed);
        this.nanoseconds = nanoseconds;
        this.threads = threads;
        this.inversion = inversion;
    }

    /** k, counted from 1. */
    public long number() {
        return number;
    }

    /** The network at θ. */
    public Network network() {
        return network;
    }

    /** Of the passes over rows. */
    Precision precision() {
        return pass.precision();
    }

    public RowSelection rows() {
        return rows;
    }

    Regularisation regularisation() {
        return regularisation;
    }

    /** Applies an inverse to a vector, with all threads of the driver. */
    ParameterVector apply(Preconditioner inverse, ParameterVector v) {
        return inverse.apply(List.of(v), threads).get(0);
    }

    public StepFigures figures() {
        return figures;
    }

    /** A share of some rows, elsewhere in their chunks at every step; {@code purpose} tells shares apart. */
    RowSelection share(RowSelection of, double fraction, int purpose) {
        return of.fraction(fraction, random.seek(number, purpose).nextUniform());
    }

    /** Asks the port, at the given parameters. */
    public Sums ask(Network at, Request request) {
        long start = nanoseconds.getAsLong();
        Sums sums = pass.run(at, request);
        figures.addJob(request.rowsTouched(), seconds(start));
        return sums;
    }

    /** Does work of the driver that counts as statistics. */
    void averaging(Runnable work) {
        long start = nanoseconds.getAsLong();
        work.run();
        figures.addStatistics(seconds(start));
    }

    /** Inverts blocks, which {@code blocks} may have to prepare. */
    Preconditioner invert(Supplier<FisherBlocks> blocks, Method method, Damping damping) {
        long start = nanoseconds.getAsLong();
        FisherBlocks ready = blocks.get();
        int sameBits = Preconditioner.threadsOfSameBits(ready, threads);
        Preconditioner inverse = inversion.invert(ready, method, DampingRule.of(damping), sameBits);
        figures.addInversion(seconds(start));
        return inverse;
    }

    private double seconds(long start) {
        return 1e-9 * (nanoseconds.getAsLong() - start);
    }
}
