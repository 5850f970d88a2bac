package org.sparkkfac.train;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Sums;
import org.sparkkfac.train.optimiser.Driver;
import org.sparkkfac.train.state.StepCost;

/** The ports of a step, which count and time what goes through them. */
final class StepAccount implements Pass, Driver {
    private final Pass rows;
    private final Environment environment;
    private final LongSupplier clock;
    private final long start;
    private int jobs;
    private long rowsTouched;
    private double dataSeconds;
    private double statisticsSeconds;
    private double inversionSeconds;

    StepAccount(Pass rows, Environment environment) {
        this.rows = rows;
        this.environment = environment;
        this.clock = environment.nanoseconds();
        this.start = clock.getAsLong();
    }

    @Override
    public BlockIndex blocks() {
        return rows.blocks();
    }

    @Override
    public Precision precision() {
        return rows.precision();
    }

    @Override
    public Sums run(Network network, Request request) {
        long begin = clock.getAsLong();
        Sums sums = rows.run(network, request);
        jobs++;
        rowsTouched += request.rowsTouched();
        dataSeconds += seconds(begin);
        return sums;
    }

    @Override
    public void average(Runnable update) {
        long begin = clock.getAsLong();
        update.run();
        statisticsSeconds += seconds(begin);
    }

    @Override
    public Preconditioner invert(Supplier<FisherBlocks> blocks, Method method, Damping damping) {
        long begin = clock.getAsLong();
        FisherBlocks ready = blocks.get();
        int sameBits = Preconditioner.threadsOfSameBits(ready, environment.threads());
        Preconditioner inverse = environment.inversion().invert(ready, method, DampingRule.of(damping), sameBits);
        inversionSeconds += seconds(begin);
        return inverse;
    }

    /** With all threads of the driver. */
    @Override
    public ParameterVector apply(Preconditioner inverse, ParameterVector v) {
        return inverse.apply(List.of(v), environment.threads()).get(0);
    }

    /** What the step has cost so far. */
    StepCost cost() {
        return new StepCost(jobs, rowsTouched, dataSeconds, statisticsSeconds, inversionSeconds, seconds(start));
    }

    private double seconds(long begin) {
        return 1e-9 * (clock.getAsLong() - begin);
    }
}
