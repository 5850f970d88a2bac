package org.sparkkfac.spark;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.plan.MemoryLimits;
import org.sparkkfac.spark.plan.PassCost;
import org.sparkkfac.spark.rows.BlockCensus;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.spark.rows.RowReader;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.Confusion;
import org.sparkkfac.stats.Part;
import org.sparkkfac.stats.Pass;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.Rows;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.stats.Sums;

/**
 * Sums over the rows of a dataset by Spark: one job a request, with a task for each group of which rows are wanted; several
 * jobs where the sums are too large to be task results. The same bytes as {@link org.sparkkfac.stats.LocalPass} over the
 * same blocks, whatever the executors do.
 *
 * <p>Rows are read anew for every request, which then must be over all of them; or, after {@link #persist}, kept as blocks
 * by the first, and read from there by the others.
 */
public final class SparkPass implements Pass, AutoCloseable {
    private final JavaSparkContext context;
    private final CollectOptions options;
    private final PlannedBlocks planned;
    private final MemoryLimits limits;
    private @Nullable BlockCensus census;
    private @Nullable StorageLevel storage;
    private @Nullable Kept kept;
    private long held = -1;
    private long keptBytes;

    /** Blocks that are kept, and for which networks. */
    private record Kept(RowReader.Shape shape, JavaRDD<byte[]> blocks) {}

    /**
     * Plans the input; starts no job, but for those that count rows if there is a limit.
     *
     * @param options columns, groups, precision and rows of a block; which statistics they name does not matter
     * @throws UserException if a column is missing or has a type that holds no numbers
     */
    public SparkPass(Dataset<Row> dataset, CollectOptions options) {
        this.planned = new PlannedBlocks(dataset, options);
        this.context = planned.context();
        this.options = options;
        this.limits = MemoryLimits.of(context.getConf(), context.defaultParallelism());
    }

    /**
     * Reads, checks, counts and keeps labelled rows, in one job.
     *
     * @param network one with the inputs, outputs and likelihood of those to come
     * @param level where blocks are kept; they are bytes, so one that serialises gains nothing
     * @throws UserException if there are no labels, a row is bad, or no row is left
     */
    public static SparkPass open(Dataset<Row> dataset, CollectOptions options, Network network, StorageLevel level) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        SparkPass pass = new SparkPass(dataset, options).persist(level);
        pass.planned.check(network);
        pass.check(Request.of(new Confusion(Rows.ALL)));
        try {
            pass.run(network, Request.NOTHING);
            pass.planned.quarantine(network, pass.skipped());
            return pass;
        } catch (Exception e) {
            pass.close();
            throw e;
        }
    }

    /**
     * Keeps the rows from the next pass on as blocks, until {@link #close}. They are bytes, so a level that serialises
     * gains nothing. All passes must then be of networks with the same inputs, outputs and likelihood.
     */
    public SparkPass persist(StorageLevel level) {
        close();
        storage = level;
        return this;
    }

    /** Lets go of the blocks. */
    @Override
    public void close() {
        if (kept != null) {
            kept.blocks().unpersist();
        }
        kept = null;
        storage = null;
    }

    /**
     * Says what else takes memory, so that sums come together in a way that leaves it.
     *
     * @param newHeld bytes that the driver holds beside the sums and what is sent to the tasks
     * @param newKept bytes of the rows that stay in the memory of one executor
     */
    public void reserve(long newHeld, long newKept) {
        held = newHeld;
        keptBytes = newKept;
    }

    @Override
    public Precision precision() {
        return options.plan().precision();
    }

    @Override
    public BlockIndex blocks() {
        if (kept == null) {
            throw new IllegalStateException("the rows are not kept as blocks");
        }
        return counted().index();
    }

    private BlockCensus counted() {
        if (census == null) {
            throw new IllegalStateException("the rows have not been gone through");
        }
        return census;
    }

    /** How the rows are cut and ordered. */
    public InputPlan input() {
        return planned.input();
    }

    /** A hash of all rows (features, label, weight), whatever their order, and their number, once they have been read. */
    public String fingerprint() {
        return counted().fingerprint();
    }

    /** A hash of all rows with their ids and places, on which batches and draws depend, after {@link #open}. */
    public String order() {
        return counted().order();
    }

    /** Rows that were left out, once they have been read. */
    public SkippedRows skipped() {
        return counted().skipped();
    }

    /** Collects statistics, with where they come from; then writes the rows that were left out, if that is wanted. */
    Collected collect(Network network, StatisticsPlan plan) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        StatisticsState statistics = plan.collect(network, this);
        planned.quarantine(network, skipped());
        return new Collected(statistics, plan.fisher(), input(), fingerprint(), skipped());
    }

    /** Assesses the network, then writes the rows that were left out, if that is wanted. */
    Evaluated evaluate(Network network) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        Assessment assessment =
                run(network, Request.of(new Confusion(Rows.ALL))).of(Confusion.class);
        planned.quarantine(network, skipped());
        return new Evaluated(assessment, skipped());
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserException if a row is bad, labels are missing, no row is left, or the sums do not fit
     * @throws NumericalException if finite rows give a sum over all of them that is not finite
     */
    @Override
    public Sums run(Network network, Request request) {
        planned.check(network);
        check(request);
        int[] groups = groupsOf(request);
        if (groups.length == 0) {
            return new Sums(network, request);
        }
        PassCost cost = cost(network, request, groups.length);
        cost.check();
        SumTotals totals = new SumTotals(new Sums(network, request), request.isOverAll());
        Broadcast<byte[][]> message = context.broadcast(
                ObjectBytes.encode(new TaskMessage(network, precision(), request, firstBlocks(groups))));
        JobScope scope = new JobScope(context, describe(network, request));
        try {
            return scope.during(() -> {
                if (request.isOverAll()) {
                    overAll(network, request, cost, message, scope, totals);
                } else {
                    GroupFold<byte[]> fold = new FoldRequest.Kept(message, options.blas(), null);
                    cost.aggregation(totals.parts()).run(some(groups), fold, totals);
                }
                return totals.sums();
            });
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        } finally {
            message.destroy();
        }
    }

    /** Refuses rows without labels where they are needed. */
    private void check(Request request) {
        if (!planned.isLabelled()) {
            request.parts().stream()
                    .flatMap(part -> part.needOfLabels().stream())
                    .findFirst()
                    .ifPresent(what -> {
                        throw new UserException(what + " labels; name their columns", Component.LABEL);
                    });
        }
    }

    /** The groups with rows that are asked for, in order. */
    private int[] groupsOf(Request request) {
        if (request.isOverAll()) {
            return IntStream.range(0, input().groups().size()).toArray();
        }
        return blocks().groupsOf(request.blocks());
    }

    /** The number of the first block of each of these groups, where blocks are kept and numbered. */
    private int[] firstBlocks(int[] groups) {
        BlockCensus known = census;
        return kept == null || known == null
                ? new int[0]
                : IntStream.of(groups).map(known.index()::first).toArray();
    }

    private PassCost cost(Network network, Request request, int groups) {
        int blockRows = options.plan().blockRows();
        long driver = held < 0 ? request.heldBytes(network) : held;
        return PassCost.of(request, network, precision(), blockRows, groups, limits, driver, keptBytes);
    }

    private void overAll(
            Network network,
            Request request,
            PassCost cost,
            Broadcast<byte[][]> message,
            JobScope scope,
            SumTotals totals) {
        LongAccumulator counter = context.sc().longAccumulator("rows");
        var aggregation = cost.aggregation(totals.parts());
        Runnable job = () -> {
            if (storage == null) {
                var fold = new FoldRequest.Streamed(message, options.blas(), counter);
                aggregation.run(streamed(network), fold, totals);
            } else {
                aggregation.run(kept(network), new FoldRequest.Kept(message, options.blas(), counter), totals);
            }
        };
        Optional<String> name =
                request.parts().stream().reduce((first, second) -> second).map(Part::name);
        if (name.isPresent()) {
            ProgressPoll poll = new ProgressPoll(context, scope.group(), counter, options.progress());
            poll.during(name.get(), aggregation.tasks(input().groups().size()), job);
        } else {
            job.run();
        }
        check(request, totals);
    }

    private JavaRDD<RowParcel> streamed(Network network) {
        return planned.blocks(network, precision(), options.plan().blockRows());
    }

    private JavaRDD<byte[]> kept(Network network) {
        RowReader.Shape shape = RowReader.Shape.of(network);
        StorageLevel level = storage;
        if (kept == null && level != null) {
            kept = new Kept(shape, streamed(network).map(RowParcel::toBytes).persist(level));
        }
        if (kept == null || !kept.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "the blocks are kept for " + kept + "; a pass over them cannot be of " + shape);
        }
        return kept.blocks();
    }

    /** The partitions of these groups: no task starts for the others. */
    private JavaRDD<byte[]> some(int[] groups) {
        if (kept == null) {
            throw new IllegalStateException("the rows are not kept as blocks");
        }
        return groups.length == input().groups().size()
                ? kept.blocks()
                : PartitionPruningRDD.create(kept.blocks().rdd(), new ChosenPartitions(groups))
                        .toJavaRDD();
    }

    private void check(Request request, SumTotals totals) {
        BlockCensus before = census;
        BlockCensus now = totals.census();
        now.requireRows();
        totals.sums().firstNonFinite().ifPresent(sum -> {
            throw new NumericalException(sum + " is NaN or infinite though every row is finite: the model's outputs"
                    + " overflow; check its weights and the scale of the features");
        });
        if (before != null) {
            checkSameRows(request, before, now);
        }
        census = now;
    }

    private static void checkSameRows(Request request, BlockCensus before, BlockCensus now) {
        if (!before.fingerprint().equals(now.fingerprint())) {
            throw new UserException("the data changed between two passes over them (fingerprint "
                    + before.fingerprint() + ", then " + now.fingerprint()
                    + "); collect from data that stay as they are");
        }
        boolean sameDraws = request.part(Statistics.class)
                .filter(part -> !part.bases().isEmpty() && part.sampling().type() == Fisher.Type.MONTE_CARLO)
                .isPresent();
        if (sameDraws && before.drawSum() != now.drawSum()) {
            throw new UserException(
                    "the ids of rows changed between two passes, and with them the Monte-Carlo draws; name a column of ids"
                            + " that stays as it is, or none",
                    Component.ID);
        }
    }

    private static String describe(Network network, Request request) {
        if (!request.isOverAll()) {
            return "a step over " + request.rowsTouched() + " rows";
        }
        return request.parts().isEmpty()
                ? "rows, counted"
                : request.parts().stream().map(Object::toString).collect(Collectors.joining(", ")) + " of " + network;
    }
}
