package org.sparkkfac.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.StatisticsPass;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import scala.Option;

/** Passes over the rows of a dataset, one Spark job each. */
public final class SparkStatisticsPass implements StatisticsPass {
    private final JavaSparkContext context;
    private final CollectOptions options;
    private final RowProjection.Names names;
    private final JavaRDD<InternalRow> rows;
    private final InputPlan input;
    private String fingerprint = "";

    /**
     * Plans the input; starts no job.
     *
     * @throws UserException if a column is missing or has a type that holds no numbers
     */
    public SparkStatisticsPass(Dataset<Row> dataset, CollectOptions options) {
        RowProjection projection = new RowProjection(dataset, options.columns());
        this.context = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        this.options = options;
        this.names = projection.names();
        RDD<InternalRow> planned = SplitSettings.with(
                dataset.sparkSession(), options.splitBytes(), () -> internalRows(projection.project()));
        this.input = InputPlan.of(planned, options.groups());
        this.rows = planned.toJavaRDD();
    }

    /** How the rows are cut and ordered. */
    public InputPlan input() {
        return input;
    }

    /** As {@link #run}, with where the rows come from. */
    Collected collect(Network network, StatisticsPlan plan) {
        StatisticsState statistics = run(network, plan);
        return new Collected(statistics, plan.fisher(), input, fingerprint);
    }

    @Override
    public StatisticsState pass(Network network, StatisticsPlan plan, List<EigenBasis> bases) {
        checkColumns(network, plan);
        if (input.groups().isEmpty()) {
            throw empty();
        }
        ResultSize.check(context, input.groups().size(), plan.stateBytes(network.layers()));
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
                            input.groups().size(),
                            () -> fold(network, plan, bases, results(network, broadcast, counter)));
        } finally {
            before.restore(context);
            broadcast.destroy();
        }
    }

    private void checkColumns(Network network, StatisticsPlan plan) {
        if (plan.fisher().type() == Fisher.Type.EMPIRICAL && names.label().isEmpty()) {
            throw new UserException("fisher.type = empirical needs labels; name them with data.label");
        }
        if (names.features().size() > 1 && names.features().size() != network.inputs()) {
            throw new UserException("data.features names " + names.features().size() + " columns but the network has "
                    + network.inputs() + " inputs");
        }
    }

    private List<byte[]> results(Network model, Broadcast<byte[]> pass, LongAccumulator counter) {
        RowProjection.Names columnNames = names;
        RowReader.Shape shape = RowReader.Shape.of(model);
        JavaRDD<Example> examples = rows.mapPartitions(
                (Iterator<InternalRow> partition) -> new RowReader(partition, columnNames, shape), true);
        RDD<Example> grouped =
                examples.rdd().coalesce(input.groups().size(), false, Option.apply(new GroupCoalescer(input)), null);
        try {
            return grouped.toJavaRDD()
                    .mapPartitions(new FoldGroup(pass, options.blas(), counter))
                    .collect();
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
    }

    private StatisticsState fold(Network network, StatisticsPlan plan, List<EigenBasis> bases, List<byte[]> results) {
        List<LayerShape> layers = plan.select(network.layers());
        StatisticsState total = new StatisticsState(layers, plan.kinds(), bases);
        long hashSum = 0;
        for (byte[] bytes : results) {
            GroupResult result = GroupResult.decode(bytes, layers, plan.kinds(), bases);
            BadRow bad = result.bad();
            if (bad != null) {
                throw new UserException(bad.message());
            }
            StatisticsState state = result.state();
            if (state != null) {
                total.merge(state);
            }
            hashSum += result.hashSum();
        }
        check(total);
        checkSameRows(String.format(Locale.ROOT, "%016x-%d", hashSum, total.rows()));
        return total;
    }

    private void checkSameRows(String found) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(found)) {
            throw new UserException("the data changed between two passes over them (fingerprint " + fingerprint
                    + ", then " + found + "); collect from data that stay as they are");
        }
        fingerprint = found;
    }

    private static void check(StatisticsState total) {
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

    /**
     * The rows in Spark's internal form, which spares an object a value. Planning may run jobs: those of a shuffle before
     * the rows, if Spark plans adaptively. Dataset has had no such method in its public
     * interface since Spark 4; the method of its implementation has the same name in Spark 3.5 and 4.
     */
    private static RDD<InternalRow> internalRows(Dataset<Row> dataset) {
        try {
            QueryExecution execution = (QueryExecution)
                    dataset.getClass().getMethod("queryExecution").invoke(dataset);
            return execution.toRdd();
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("this Spark has no Dataset.queryExecution: use 3.5 or 4.1, not Connect", e);
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
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

    /**
     * Makes Spark cut files at a fixed size and never pack two splits in one partition, whatever the master. The
     * settings are the whole session's, so one pass plans at a time.
     */
    private static final class SplitSettings {
        private static final Object ONE_AT_A_TIME = new Object();
        private static final List<String> SIZES =
                List.of("spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes");
        private static final List<String> COUNTS =
                List.of("spark.sql.files.minPartitionNum", "spark.sql.files.maxPartitionNum");

        private SplitSettings() {}

        static <T> T with(SparkSession session, long splitBytes, Supplier<T> planning) {
            synchronized (ONE_AT_A_TIME) {
                return withSettings(session, splitBytes, planning);
            }
        }

        private static <T> T withSettings(SparkSession session, long splitBytes, Supplier<T> planning) {
            var conf = session.conf();
            // Not conf.getOption, which gives the default of a setting that nobody has made.
            var made = conf.getAll();
            Map<String, Option<String>> before = new LinkedHashMap<>();
            SIZES.forEach(key -> before.put(key, made.get(key)));
            COUNTS.forEach(key -> before.put(key, made.get(key)));
            try {
                SIZES.forEach(key -> conf.set(key, Long.toString(splitBytes)));
                COUNTS.forEach(conf::unset);
                return planning.get();
            } finally {
                before.forEach((key, value) -> {
                    if (value.isDefined()) {
                        conf.set(key, value.get());
                    } else {
                        conf.unset(key);
                    }
                });
            }
        }
    }
}
