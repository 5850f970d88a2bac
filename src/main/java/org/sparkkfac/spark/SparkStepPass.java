package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BlockCensus;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.BlockIndex;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StepPass;
import org.sparkkfac.stats.StepRequest;
import org.sparkkfac.stats.StepSums;
import scala.runtime.AbstractFunction1;

/**
 * Training's sums over the rows of a dataset, which are kept as blocks until {@link #close}: one Spark job a call, a task
 * for each group of which rows are wanted; several jobs where the sums are too large to be task results. The same bytes
 * as {@link org.sparkkfac.stats.LocalStepPass} over the same blocks, whatever the executors do.
 */
public final class SparkStepPass implements StepPass, AutoCloseable {
    private final JavaSparkContext context;
    private final CollectOptions options;
    private final InputPlan input;
    private final JavaRDD<byte[]> parcels;
    private final PassCost.Limits limits;
    private final BlockCensus census;
    private final BlockIndex index;
    private long held;
    private long kept;

    private SparkStepPass(PlannedBlocks planned, CollectOptions options, JavaRDD<byte[]> parcels, BlockCensus census) {
        this.context = planned.context();
        this.options = options;
        this.input = planned.input();
        this.parcels = parcels;
        this.limits = MemoryLimits.of(context.getConf(), context.defaultParallelism());
        this.census = census;
        this.index = census.index();
    }

    /**
     * Reads, checks and keeps the rows, in one job.
     *
     * @param options columns, groups, precision and rows of a block; what kinds of statistics its plan names does not
     *     matter
     * @param network one with the inputs, outputs and likelihood of those to come
     * @param level where blocks are kept; they are bytes, so one that serialises gains nothing
     * @throws UserException if there are no labels, a row is bad, or no row is left
     */
    public static SparkStepPass open(
            Dataset<Row> dataset, CollectOptions options, Network network, StorageLevel level) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        PlannedBlocks planned = new PlannedBlocks(dataset, options);
        planned.check(network);
        if (!planned.isLabelled()) {
            throw new UserException("training and evaluation need labels; name them with data.label");
        }
        StatisticsPlan plan = options.plan();
        JavaRDD<byte[]> parcels = planned.blocks(network, plan.precision(), plan.blockRows())
                .map(RowParcel::toBytes)
                .persist(level);
        try {
            BlockCensus census = new JobScope(planned.context(), "rows to train on").during(() -> census(parcels));
            PlannedBlocks.checkRows(census.index().rows(), census.weight(), census.skipped());
            planned.quarantine(network, census.skipped());
            return new SparkStepPass(planned, options, parcels, census);
        } catch (UserException e) {
            parcels.unpersist();
            throw e;
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            parcels.unpersist();
            throw SourceFailures.ofJob(e);
        }
    }

    private static BlockCensus census(JavaRDD<byte[]> parcels) {
        BlockCensus census = new BlockCensus();
        parcels.mapPartitions(blocks -> List.of(BlockCensus.count(blocks)).iterator())
                .collect()
                .forEach(census::add);
        return census;
    }

    /** Lets go of the blocks. */
    @Override
    public void close() {
        parcels.unpersist();
    }

    /**
     * Tells what else takes room, so that the sums of a step come together in a way that leaves it.
     *
     * @param newHeld bytes that the driver holds beside the sums and what is sent to the tasks
     * @param newKept bytes of the rows that stay in the memory of one executor
     */
    public void reserve(long newHeld, long newKept) {
        held = newHeld;
        kept = newKept;
    }

    @Override
    public Precision precision() {
        return options.plan().precision();
    }

    @Override
    public BlockIndex blocks() {
        return index;
    }

    /** How the rows are cut and ordered. */
    public InputPlan input() {
        return input;
    }

    /** A hash of all rows (features, label, weight), whatever their order, and their number. */
    public String fingerprint() {
        return census.fingerprint();
    }

    /** A hash of all rows with their ids and places, on which batches and draws depend. */
    public String order() {
        return census.order();
    }

    /** Rows that were left out. */
    public SkippedRows skipped() {
        return census.skipped();
    }

    @Override
    public StepSums pass(Network network, StepRequest request) {
        StepTotals totals = new StepTotals(new StepSums(network, request));
        int[] groups = groupsOf(request);
        if (groups.length == 0) {
            return totals.sums();
        }
        PassCost cost = cost(network, request, groups.length, totals.parts());
        cost.check();
        int[] firsts = new int[groups.length];
        for (int i = 0; i < groups.length; i++) {
            firsts[i] = index.first(groups[i]);
        }
        Broadcast<byte[][]> broadcast =
                context.broadcast(StepMessage.encode(network, options.plan().precision(), request, firsts));
        FoldStep fold = new FoldStep(broadcast, options.blas());
        try {
            return new JobScope(context, "a step over " + request.rowsTouched() + " rows").during(() -> {
                cost.aggregation(totals.parts()).run(some(groups), fold, totals);
                return totals.sums();
            });
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        } finally {
            broadcast.destroy();
        }
    }

    /** The groups of which some rows are wanted, in order. */
    private int[] groupsOf(StepRequest request) {
        TreeSet<Integer> wanted = new TreeSet<>();
        for (RowSelection rows :
                List.of(request.gradient(), request.statistics(), request.products(), request.losses())) {
            for (RowRange range : rows.ranges()) {
                wanted.add(range.block());
            }
        }
        TreeSet<Integer> groups = new TreeSet<>();
        for (int group = 0; group < index.groups().size(); group++) {
            int first = index.first(group);
            if (!wanted.subSet(first, first + index.groups().get(group).size()).isEmpty()) {
                groups.add(group);
            }
        }
        return groups.stream().mapToInt(group -> group).toArray();
    }

    /** The partitions of these groups: no task starts for the others. */
    private JavaRDD<byte[]> some(int[] groups) {
        if (groups.length == index.groups().size()) {
            return parcels;
        }
        return PartitionPruningRDD.create(parcels.rdd(), new Chosen(groups)).toJavaRDD();
    }

    /** Whether a partition is one of those that are wanted. */
    private static final class Chosen extends AbstractFunction1<Object, Object> implements Serializable {
        private static final long serialVersionUID = 1;

        private final BitSet groups = new BitSet();

        Chosen(int[] groups) {
            for (int group : groups) {
                this.groups.set(group);
            }
        }

        @Override
        public Object apply(Object partition) {
            return groups.get((Integer) partition);
        }
    }

    private PassCost cost(Network network, StepRequest request, int groups, List<DoubleMatrix> parts) {
        StatisticsPlan plan = options.plan();
        long stateBytes = parts.stream().mapToLong(DoubleMatrix::byteSize).sum();
        long blockBytes = PassCost.blockBytes(
                network,
                request.fisher(),
                plan,
                request.longestRange(),
                request.trials().size());
        long messageBytes =
                (1L + request.directions().size() + request.trials().size()) * LayerShape.bytes(network.layers())
                        + (request.bases().isEmpty() ? 0 : EigenBasis.bytes(network.layers()));
        PassCost.Sizes sizes = new PassCost.Sizes(stateBytes, blockBytes, messageBytes, held, kept);
        return new PassCost(request.kinds(), network.layers(), groups, sizes, limits);
    }
}
