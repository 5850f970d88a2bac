package org.sparkkfac.spark.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.Aggregation;
import org.sparkkfac.spark.aggregate.ResultAggregation;
import org.sparkkfac.spark.aggregate.ShuffleAggregation;
import org.sparkkfac.spark.aggregate.Tiles;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;

/**
 * The memory and traffic of a pass, known before it starts: which way the states come together, and whether it fits.
 *
 * @param kinds what is collected
 * @param layers for which layers
 * @param groups number of tasks, each of which makes one state
 * @param sizes of what it moves and finds
 * @param limits what there is
 */
public record PassCost(
        List<StatisticKind> kinds, List<LayerShape> layers, int groups, Sizes sizes, MemoryLimits limits) {
    private static final long MIB = 1 << 20;

    /** What Spark adds to the result of a task: metrics, accumulators, and the last of its chunks. */
    private static final long OVERHEAD = 64 << 10;

    /** What Spark and the Java classes take of a heap before the first row. */
    public static final long BASE = 128 * MIB;

    /** What is sent to every task is there as an object, and in the pieces in which it travels. */
    private static final long MESSAGE_COPIES = 2;

    /** The state that becomes the result of a task is there as matrices, as bytes, and in Spark's two wrappings of these. */
    private static final long RESULT_COPIES = 4;

    /** Below this not even a few tiles are fetched. */
    private static final long LEAST_FETCH = 16 * MIB;

    /**
     * Bytes of what a pass moves and finds.
     *
     * @param state a state
     * @param block a block of rows on its way through the network, with all that a task keeps for it
     * @param message what every task is sent: the network, and what it shall measure in or along
     * @param held heap that the driver holds before the pass, beside what Spark takes
     * @param kept rows that stay in the memory of one executor
     */
    public record Sizes(long state, long block, long message, long held, long kept) {
        /** Sizes of a pass over rows that are read anew, from a driver that holds nothing else. */
        public static Sizes of(long state, long block) {
            return new Sizes(state, block, 0, 0, 0);
        }
    }

    /**
     * The cost of a request over rows that are read in blocks of {@code blockRows}, from a driver that holds nothing but what
     * the request was made from.
     */
    public static PassCost of(
            Request request, Network network, Precision precision, int blockRows, int groups, MemoryLimits limits) {
        return of(request, network, precision, blockRows, groups, limits, request.heldBytes(network), 0);
    }

    /**
     * The cost of a request over rows that are kept.
     *
     * @param held heap that the driver holds meanwhile
     * @param kept bytes of the rows in the memory of one executor
     */
    public static PassCost of(
            Request request,
            Network network,
            Precision precision,
            int blockRows,
            int groups,
            MemoryLimits limits,
            long held,
            long kept) {
        Sizes sizes = new Sizes(
                request.stateBytes(network),
                request.blockBytes(network, precision, blockRows),
                request.messageBytes(network),
                held,
                kept);
        Optional<Statistics> statistics = request.part(Statistics.class);
        return new PassCost(
                statistics.map(Statistics::kinds).orElse(List.of()),
                statistics.map(Statistics::layers).orElse(network.layers()),
                groups,
                sizes,
                limits);
    }

    /** Bytes of a state. */
    public long stateBytes() {
        return sizes.state;
    }

    /** Whether the states are added up by a shuffle of their tiles, rather than by the driver as results of tasks. */
    public boolean shuffles() {
        return sizes.state > Integer.MAX_VALUE - MIB
                || (limits.resultBytes() > 0 && groups * (sizes.state + OVERHEAD) > limits.resultBytes())
                || driverBytes(false) > limits.driverHeap();
    }

    /** Bytes that all tasks write for the shuffle, before compression. */
    public long shuffleBytes() {
        return shuffles() ? groups * sizes.state : 0;
    }

    /** Bytes of the results that the driver receives in one job, at most. */
    public long resultBytes() {
        return shuffles() ? Math.min(limits.fetchBytes(), sizes.state) : groups * (sizes.state + OVERHEAD);
    }

    /** Heap that the driver needs at the peak. */
    public long driverBytes() {
        return driverBytes(shuffles());
    }

    private long driverBytes(boolean shuffled) {
        long received = shuffled ? 2 * Math.min(limits.fetchBytes(), sizes.state) : groups * (sizes.state + OVERHEAD);
        long tasks = limits.local() ? tasksAtOnce() * taskBytes(shuffled) : 0;
        return BASE
                + MESSAGE_COPIES * sizes.message
                + sizes.held
                + sizes.state
                + received
                + tasks
                + (limits.local() ? sizes.kept : 0);
    }

    /** Heap that one executor needs at the peak. */
    public long executorBytes() {
        return limits.local()
                ? driverBytes()
                : BASE + MESSAGE_COPIES * sizes.message + sizes.kept + tasksAtOnce() * taskBytes(shuffles());
    }

    private int tasksAtOnce() {
        return Math.min(groups, limits.tasksAtOnce());
    }

    private long taskBytes(boolean shuffled) {
        return (shuffled ? 1 : RESULT_COPIES) * sizes.state + sizes.block + sizes.message;
    }

    /** The way in which the sums come together. */
    public Aggregation aggregation(List<DoubleMatrix> parts) {
        return shuffles() ? new ShuffleAggregation(Tiles.of(parts), limits.fetchBytes()) : new ResultAggregation();
    }

    /**
     * Refuses what cannot fit.
     *
     * @throws UserException that says what takes the room and what to change
     */
    public void check() {
        problem().ifPresent(problem -> {
            throw new UserException(problem);
        });
    }

    /** What does not fit and what to change, if anything does not. */
    public Optional<String> problem() {
        if (shuffles() && limits.resultBytes() > 0 && limits.resultBytes() < 2 * LEAST_FETCH) {
            return Optional.of(problem(
                    groups + (groups == 1 ? " group of " : " groups of ") + Quantities.size(sizes.state)
                            + " exceed spark.driver.maxResultSize = " + Quantities.size(limits.resultBytes()),
                    "raise that setting to " + Quantities.size(2 * LEAST_FETCH) + " or more"));
        }
        if (driverBytes() > limits.driverHeap()) {
            return Optional.of(problem(
                    "the driver must hold " + Quantities.size(driverBytes()) + ", of which one state takes "
                            + Quantities.size(sizes.state) + ", but its heap is "
                            + Quantities.size(limits.driverHeap()),
                    (limits.local() && tasksAtOnce() > 1
                                    ? "run fewer tasks at once, as the master local[1] does, or "
                                    : "")
                            + "give the driver more memory"));
        }
        if (executorBytes() > limits.executorHeap()) {
            return Optional.of(problem(
                    "an executor must hold " + Quantities.size(executorBytes()) + " for " + tasksAtOnce()
                            + " task(s) at once, of which one state takes " + Quantities.size(sizes.state)
                            + ", but its heap is " + Quantities.size(limits.executorHeap()),
                    "raise spark.executor.memory" + (tasksAtOnce() > 1 ? " or lower spark.executor.cores" : "")));
        }
        return Optional.empty();
    }

    private String problem(String what, String mend) {
        Optional<StatisticKind> largest = kinds.stream().max(Comparator.comparingLong(kind -> kind.bytes(layers)));
        String share = largest.map(kind -> ": " + share(kind)).orElse("");
        String choice = largest.flatMap(StatisticKind::smaller)
                .map(kind -> "choose " + kind)
                .orElse("");
        return what + share + "; " + choice + (choice.isEmpty() ? "" : ", or ") + mend;
    }

    /** Such as {@code full of 12,345 parameters takes 612 MiB}. */
    private String share(StatisticKind kind) {
        long parameters = layers.stream().mapToLong(LayerShape::parameters).sum();
        return String.format(
                Locale.ROOT, "%s of %,d parameters takes %s", kind, parameters, Quantities.size(kind.bytes(layers)));
    }
}
