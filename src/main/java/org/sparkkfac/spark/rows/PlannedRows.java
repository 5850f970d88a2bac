package org.sparkkfac.spark.rows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.QueryExecution;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's physical plan of a dataset, with files cut the same way whatever the master. */
public final class PlannedRows {
    private PlannedRows() {}

    /**
     * The rows in Spark's internal form, which spares an object a value. Planning may run jobs: those of a shuffle before
     * the rows, if Spark plans adaptively.
     */
    public static RDD<InternalRow> of(Dataset<Row> dataset, long splitBytes) {
        return SplitSettings.with(dataset.sparkSession(), splitBytes, () -> internalRows(dataset));
    }

    /** Whether some rows of the source are filtered out, so that a row's position is not the one in its file. */
    static boolean filtered(Dataset<Row> dataset) {
        return filtered(execution(dataset).analyzed());
    }

    private static boolean filtered(LogicalPlan plan) {
        return plan instanceof Filter
                || CollectionConverters.asJava(plan.children()).stream().anyMatch(PlannedRows::filtered);
    }

    private static RDD<InternalRow> internalRows(Dataset<Row> dataset) {
        try {
            return execution(dataset).toRdd();
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
    }

    /**
     * Dataset has had no such method in its public interface since Spark 4; the method of its implementation has the same
     * name in Spark 3.5 and 4.
     */
    private static QueryExecution execution(Dataset<Row> dataset) {
        try {
            return (QueryExecution)
                    dataset.getClass().getMethod("queryExecution").invoke(dataset);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Spark has no Dataset.queryExecution: use 3.5 or 4.1, not Connect", e);
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
            // Not conf.getOption, which gives the default of a setting that is not set.
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
