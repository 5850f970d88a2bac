package org.sparkkfac.spark;

import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.aggregate.Aggregation;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.spark.rows.RowReader;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsPass;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;

/**
 * Passes over the rows of a dataset, one Spark job each; several where the sums are too large to be task results.
 *
 * <p>After {@link #persist} the first pass keeps the rows as blocks, and later ones read these instead of the source.
 */
public final class SparkStatisticsPass implements StatisticsPass, AutoCloseable {
    private final CollectOptions options;
    private final PlannedBlocks planned;
    private String fingerprint = "";
    private long draws;
    private SkippedRows skipped = new SkippedRows();
    private @Nullable StorageLevel storage;
    private @Nullable Kept kept;

    /** Blocks that are kept, and what they are good for. */
    private record Kept(Precision precision, int blockRows, RowReader.Shape shape, JavaRDD<byte[]> blocks) {
        boolean fits(Kept other) {
            return precision == other.precision && blockRows == other.blockRows && shape.equals(other.shape);
        }
    }

    /**
     * Plans the input; starts no job, but for those that count rows if there is a limit.
     *
     * @throws UserException if a column is missing or has a type that holds no numbers
     */
    public SparkStatisticsPass(Dataset<Row> dataset, CollectOptions options) {
        this.options = options;
        this.planned = new PlannedBlocks(dataset, options);
    }

    /**
     * Keeps the rows from the next pass on as blocks, until {@link #close}. They are bytes, so a level that serialises
     * gains nothing. All passes must then be of networks with the same inputs, outputs and likelihood, in the same
     * precision and with blocks of the same size.
     */
    public SparkStatisticsPass persist(StorageLevel level) {
        close();
        storage = level;
        return this;
    }

    /** Lets go of the blocks that {@link #persist} kept. */
    @Override
    public void close() {
        if (kept != null) {
            kept.blocks().unpersist();
        }
        kept = null;
        storage = null;
    }

    /** How the rows are cut and ordered. */
    public InputPlan input() {
        return planned.input();
    }

    /** As {@link #run}, with where the rows come from; then writes those that were left out, if that is wanted. */
    Collected collect(Network network, StatisticsPlan plan) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        StatisticsState statistics = run(network, plan);
        planned.quarantine(network, skipped);
        return new Collected(statistics, plan.fisher(), input(), fingerprint, skipped);
    }

    @Override
    public StatisticsState pass(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        check(network, plan);
        JavaSparkContext context = planned.context();
        int groups = input().groups().size();
        PassCost cost = PassCost.of(context, groups, plan, network);
        cost.check();
        GroupTotals totals = new GroupTotals(new StatisticsState(plan.select(network.layers()), plan.kinds(), bases));
        Aggregation aggregation = cost.aggregation(totals.parts());
        Broadcast<byte[][]> broadcast = context.broadcast(PassMessage.encode(network, plan, bases));
        LongAccumulator counter = context.sc().longAccumulator("rows");
        JobScope scope = new JobScope(context, describe(network, plan));
        ProgressPoll poll = new ProgressPoll(context, scope.group(), counter, options.progress());
        try {
            return scope.during(() ->
                    poll.during(bases.isEmpty() ? "collect" : "correct", aggregation.tasks(groups), () -> {
                        run(aggregation, network, plan, new FoldGroup(broadcast, options.blas(), counter), totals);
                        return checked(totals, plan.fisher(), !bases.isEmpty());
                    }));
        } finally {
            broadcast.destroy();
        }
    }

    private void check(Network network, StatisticsPlan plan) {
        planned.check(network);
        if (plan.fisher().type() == Fisher.Type.EMPIRICAL && !planned.isLabelled()) {
            throw new UserException("fisher.type = empirical needs labels; name them with data.label");
        }
    }

    /** The blocks of every group, a partition a group. */
    private JavaRDD<RowParcel> parcels(Network network, StatisticsPlan plan) {
        if (storage == null) {
            return blocks(network, plan);
        }
        Kept now = new Kept(
                plan.precision(),
                plan.blockRows(),
                RowReader.Shape.of(network),
                kept == null ? blocks(network, plan).map(RowParcel::toBytes).persist(storage) : kept.blocks());
        if (kept != null && !kept.fits(now)) {
            throw new IllegalArgumentException("the blocks are kept in " + kept.precision() + " precision, "
                    + kept.blockRows() + " rows each, for " + kept.shape() + "; a pass over them cannot change that");
        }
        kept = now;
        return now.blocks().map(RowParcel::ofBytes);
    }

    private JavaRDD<RowParcel> blocks(Network network, StatisticsPlan plan) {
        return planned.blocks(network, plan.precision(), plan.blockRows());
    }

    private void run(
            Aggregation aggregation, Network network, StatisticsPlan plan, FoldGroup fold, GroupTotals totals) {
        try {
            aggregation.run(parcels(network, plan), fold, totals);
        } catch (UserException e) {
            throw e;
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
    }

    private StatisticsState checked(GroupTotals totals, Fisher fisher, boolean second) {
        skipped = totals.skipped();
        check(totals.state(), skipped);
        checkSameRows(String.format(
                Locale.ROOT, "%016x-%d", totals.hashSum(), totals.state().rows()));
        if (second && fisher.type() == Fisher.Type.MONTE_CARLO && totals.drawSum() != draws) {
            throw new UserException("the ids of rows changed between two passes, and with them the Monte-Carlo draws;"
                    + " name a column in data.id that stays as it is, or none");
        }
        draws = totals.drawSum();
        return totals.state();
    }

    private void checkSameRows(String found) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(found)) {
            throw new UserException("the data changed between two passes over them (fingerprint " + fingerprint
                    + ", then " + found + "); collect from data that stay as they are");
        }
        fingerprint = found;
    }

    private static void check(StatisticsState total, SkippedRows left) {
        PlannedBlocks.checkRows(total.rows(), total.totalWeight(), left);
        total.firstNonFinite().ifPresent(sum -> {
            throw new NumericalException(sum + " is NaN or infinite though every row is finite: the model's outputs"
                    + " overflow; check its weights and the scale of the features");
        });
    }

    private static String describe(Network network, StatisticsPlan plan) {
        return plan.kinds() + " statistics, " + plan.fisher().type() + " Fisher, of " + network;
    }
}
