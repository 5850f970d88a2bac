package org.sparkkfac.spark.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.TapEngine;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.ExpectedRequest;
import org.sparkkfac.train.optimiser.OptimiserDemand;

/**
 * The operations and the time of a training over a known number of rows.
 *
 * @param settings the course
 * @param network the model
 * @param rows to learn from
 * @param validationRows to watch; 0 for none
 * @param groups at most so many tasks a step
 */
public record TrainingWork(TrainingSettings settings, Network network, long rows, long validationRows, int groups) {
    /** Rows of a block in the example of a step whose requests are counted. */
    private static final int BLOCK_ROWS = 1024;

    /** Steps that are counted one by one; beyond them the last one stands for the others. */
    private static final long COUNTED = 1_000_000;

    /** The first steps always invert. */
    private static final int FIRST_INVERSIONS = 3;

    /**
     * Steps and rows until training ends by steps or epochs.
     *
     * @param steps their number; {@link Long#MAX_VALUE} without such an end
     * @param rows of all of them
     */
    public record Length(long steps, double rows) {}

    /** How long training goes on, as far as the settings say. */
    public Length length() {
        long most = settings.stopping().steps();
        double enough = settings.stopping().epochs() * (double) rows;
        if (most == Long.MAX_VALUE && Double.isInfinite(enough)) {
            return new Length(Long.MAX_VALUE, Double.POSITIVE_INFINITY);
        }
        double seen = 0;
        long step = 0;
        while (step < most && seen < enough && step < COUNTED) {
            seen += settings.batch().at(++step, rows);
        }
        double batch = settings.batch().at(step, rows);
        double further = Math.min((double) (most - step), Math.ceil(Math.max(0, enough - seen) / batch));
        return new Length(step + (long) further, seen + further * batch);
    }

    /** Rows of the first step. */
    public long batch() {
        return settings.batch().at(1, rows);
    }

    /** Tasks of a step of so many rows: its chunks are spread over the groups. */
    public int tasks(double batch) {
        double chunks = Math.ceil(batch / settings.batch().chunkRows());
        return (int) Math.max(1, Math.min(groups, chunks));
    }

    /** Spark jobs of a step, on average. */
    public double jobs() {
        return requests().stream().mapToDouble(ExpectedRequest::often).sum();
    }

    /** Floating-point operations of a step for each of its rows, by the tasks. */
    public double flopOfRow() {
        return requests().stream()
                .mapToDouble(expected -> expected.often() * flopsOfRow(expected))
                .sum();
    }

    /** Floating-point operations of a step on the driver, on average: inversions, and one product with the inverse. */
    public double flopOfDriver() {
        return demand().inversions()
                .map(some -> some.often()
                        * InversionCost.of(some.method(), network.layers()).flops())
                .orElse(0.0);
    }

    /** Of an epoch, by tasks and driver. */
    public double flopOfEpoch() {
        return rows * flopOfRow() + Math.ceil((double) rows / batch()) * flopOfDriver();
    }

    /** Seconds of a step of so many rows. */
    public double step(Throughput pace, double batch) {
        int tasks = tasks(batch);
        double seconds = pace.lapack(flopOfDriver());
        for (ExpectedRequest expected : requests()) {
            Request request = expected.request();
            double bytes = (double) tasks * (request.stateBytes(network) + request.messageBytes(network));
            seconds += expected.often()
                    * (Throughput.JOB
                            + Throughput.moving(bytes)
                            + pace.products(batch * flopsOfRow(expected), Throughput.STEP_SHARE, tasks));
        }
        return seconds;
    }

    /** Seconds of the parts of a training, in the order in which they come; steps only where it has an end. */
    public Map<String, Double> seconds(Throughput pace) {
        Length length = length();
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("start Spark", Throughput.START);
        int numbers = network.inputs() + 1;
        parts.put("read", Throughput.FIRST_JOB + pace.reading((double) rows + validationRows, numbers, groups));
        if (length.steps() < Long.MAX_VALUE) {
            double batch = length.rows() / length.steps();
            double checks = validationRows > 0 ? (double) length.steps() / settings.validationPeriod() : 0;
            double loss = Throughput.JOB
                    + pace.products(validationRows * TapEngine.flopsOfRow(network, 0), Throughput.STEP_SHARE, groups);
            double first = pace.lapack(FIRST_INVERSIONS * flopOfInversion());
            parts.put("train", Throughput.FIRST_STEPS + first + length.steps() * step(pace, batch) + checks * loss);
        }
        return parts;
    }

    private double flopOfInversion() {
        return demand().inversions()
                .map(some -> InversionCost.of(some.method(), network.layers()).flops())
                .orElse(0.0);
    }

    private List<ExpectedRequest> requests() {
        return settings.optimiser().requests(network, example(), batch() == rows);
    }

    private RowSelection example() {
        return settings.batch().example(BLOCK_ROWS);
    }

    private double flopsOfRow(ExpectedRequest expected) {
        return expected.flopsOfRow(network, (double) example().rows());
    }

    private OptimiserDemand demand() {
        return settings.optimiser().demand();
    }
}
