package org.sparkkfac.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsPass;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import scala.Option;

/**
 * Passes over the rows of a dataset, one Spark job each; several where the sums are too large to be task results.
 *
 * <p>After {@link #persist} the first pass keeps the rows as blocks, and later ones read these instead of the source.
 */
public final class SparkStatisticsPass implements StatisticsPass, AutoCloseable {
    private final JavaSparkContext context;
    private final CollectOptions options;
    private final RowProjection.Names names;
    private final JavaRDD<InternalRow> rows;
    private final InputPlan input;
    private final Dataset<Row> dataset;
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
        RowProjection projection = new RowProjection(dataset, options.columns());
        this.context = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        this.options = options;
        this.dataset = dataset;
        this.names = projection.names();
        RDD<InternalRow> planned = PlannedRows.of(projection.project(), options.splitBytes());
        this.rows = planned.toJavaRDD();
        this.input = options.limit().isPresent()
                ? firstRows(options.limit().getAsLong())
                : InputPlan.of(planned, options.groups());
    }

    private InputPlan firstRows(long limit) {
        LocalProperties before = LocalProperties.of(context);
        context.setJobGroup("kfac-" + UUID.randomUUID(), "the first " + limit + " rows", false);
        try {
            return InputPlan.ofFirst(limit, rows, options.groups());
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        } finally {
            before.restore(context);
        }
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
        return input;
    }

    /** As {@link #run}, with where the rows come from; then writes those that were left out, if that is wanted. */
    Collected collect(Network network, StatisticsPlan plan) {
        options.badRows().quarantine().ifPresent(Quarantine::check);
        StatisticsState statistics = run(network, plan);
        options.badRows().quarantine().ifPresent(place -> quarantine(network, place));
        return new Collected(statistics, plan.fisher(), input, fingerprint, skipped);
    }

    private void quarantine(Network network, Quarantine place) {
        if (skipped.count() == 0) {
            place.clear();
            return;
        }
        LocalProperties before = LocalProperties.of(context);
        context.setJobGroup("kfac-" + UUID.randomUUID(), "bad rows to " + place.place(), false);
        try {
            new QuarantineJob(dataset, options, input).write(place, RowReader.Shape.of(network), skipped.count());
        } finally {
            before.restore(context);
        }
    }

    @Override
    public StatisticsState pass(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        checkColumns(network, plan);
        if (input.groups().isEmpty()) {
            throw empty();
        }
        List<LayerShape> layers = plan.select(network.layers());
        PassCost cost = PassCost.of(context, input.groups().size(), plan, network);
        cost.check();
        GroupTotals totals = new GroupTotals(new StatisticsState(layers, plan.kinds(), bases));
        Aggregation aggregation = cost.aggregation(totals.state());
        String group = "kfac-" + UUID.randomUUID();
        Broadcast<byte[]> broadcast = context.broadcast(PassMessage.encode(network, plan, bases));
        LongAccumulator counter = context.sc().longAccumulator("rows");
        LocalProperties before = LocalProperties.of(context);
        context.setJobGroup(group, describe(network, plan), false);
        context.sc().setCallSite("kfac: " + describe(network, plan));
        try {
            return new ProgressPoll(context, group, counter, options.progress())
                    .during(
                            bases.isEmpty() ? "collect" : "correct",
                            aggregation.tasks(input.groups().size()),
                            () -> {
                                run(
                                        aggregation,
                                        network,
                                        plan,
                                        new FoldGroup(broadcast, options.blas(), counter),
                                        totals);
                                return checked(totals, plan.fisher(), !bases.isEmpty());
                            });
        } finally {
            before.restore(context);
            broadcast.destroy();
        }
    }

    private void checkColumns(Network network, StatisticsPlan plan) {
        if (plan.fisher().type() == Fisher.Type.EMPIRICAL && names.label().isEmpty()) {
            throw new UserException("fisher.type = empirical needs labels; name them with data.label");
        }
        if (names.features().names().size() > 1 && names.features().names().size() != network.inputs()) {
            throw new UserException("data.features names "
                    + names.features().names().size() + " columns but the network has " + network.inputs() + " inputs");
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
        JavaRDD<Example> examples =
                rows.mapPartitionsWithIndex(new ReadPartition(input, names, RowReader.Shape.of(network)), true);
        RDD<Example> grouped =
                examples.rdd().coalesce(input.groups().size(), false, Option.apply(new GroupCoalescer(input)), null);
        return grouped.toJavaRDD()
                .mapPartitions(new BlockRows(
                        plan.precision(),
                        network.inputs(),
                        plan.blockRows(),
                        options.badRows().skip()));
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
        if (total.rows() == 0 && left.count() > 0) {
            SkippedRows.Sample first = left.samples().get(0);
            throw new UserException("all " + left.count() + " rows are bad (" + left + "), such as " + first.place()
                    + ": " + first.problem() + "; check what data.features, data.label, data.weight and data.id name");
        }
        if (total.rows() == 0) {
            throw empty();
        }
        if (!(total.totalWeight() > 0)) {
            throw new UserException("all " + total.rows() + " rows have weight 0; a mean over them does not exist");
        }
        total.firstNonFinite().ifPresent(sum -> {
            throw new NumericalException(sum + " is NaN or infinite though every row is finite: the model's outputs"
                    + " overflow; check its weights and the scale of the features");
        });
    }

    private static UserException empty() {
        return new UserException("the dataset is empty; check data.path and its files");
    }

    private static String describe(Network network, StatisticsPlan plan) {
        return plan.kinds() + " statistics, " + plan.fisher().type() + " Fisher, of " + network;
    }

    /** What a thread tells Spark of its jobs; a notebook may have said something before. */
    private record LocalProperties(Map<String, @Nullable String> values) {
        private static final List<String> KEYS = List.of(
                "spark.jobGroup.id",
                "spark.job.description",
                "spark.job.interruptOnCancel",
                "callSite.short",
                "callSite.long");

        static LocalProperties of(JavaSparkContext context) {
            Map<String, @Nullable String> values = new LinkedHashMap<>();
            KEYS.forEach(key -> values.put(key, context.getLocalProperty(key)));
            return new LocalProperties(values);
        }

        void restore(JavaSparkContext context) {
            values.forEach(context::setLocalProperty);
        }
    }
}
