package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BlockCensus;
import org.sparkkfac.spark.rows.BlockRows;
import org.sparkkfac.spark.rows.GroupCoalescer;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.PlannedRows;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.ReadPartition;
import org.sparkkfac.spark.rows.RowParcel;
import org.sparkkfac.spark.rows.RowProjection;
import org.sparkkfac.spark.rows.RowReader;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.SkippedRows;
import scala.Option;

/** The rows of a dataset in the order of its plan, checked and packed in blocks, a partition a group. */
final class PlannedBlocks {
    private final JavaSparkContext context;
    private final Dataset<Row> dataset;
    private final CollectOptions options;
    private final RowProjection.Names names;
    private final JavaRDD<InternalRow> rows;
    private final InputPlan input;

    /**
     * Plans the input; starts no job, but for those that count rows if there is a limit.
     *
     * @throws UserException if a column is missing or has a type that holds no numbers
     */
    PlannedBlocks(Dataset<Row> dataset, CollectOptions options) {
        RowProjection projection = new RowProjection(dataset, options.columns());
        this.context = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        this.dataset = dataset;
        this.options = options;
        this.names = projection.names();
        RDD<InternalRow> planned = PlannedRows.of(projection.project(), options.splitBytes());
        this.rows = planned.toJavaRDD();
        this.input = options.limit().isPresent()
                ? firstRows(options.limit().getAsLong())
                : InputPlan.of(planned, options.groups());
    }

    private InputPlan firstRows(long limit) {
        try {
            return new JobScope(context, "the first " + limit + " rows")
                    .during(() -> InputPlan.ofFirst(limit, rows, options.groups()));
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw SourceFailures.ofJob(e);
        }
    }

    JavaSparkContext context() {
        return context;
    }

    /** How the rows are cut and ordered. */
    InputPlan input() {
        return input;
    }

    boolean isLabelled() {
        return !names.label().isEmpty();
    }

    /**
     * Checks what can be known before rows are read.
     *
     * @throws UserException if there are no rows, or another number of features than the network takes
     */
    void check(Network network) {
        if (names.features().names().size() > 1 && names.features().names().size() != network.inputs()) {
            throw UserException.at(
                    Component.FEATURES,
                    "names " + names.features().names().size() + " columns but the network has " + network.inputs()
                            + " inputs");
        }
        if (input.groups().isEmpty()) {
            throw BlockCensus.empty();
        }
    }

    /** The blocks of every group, a partition a group, for networks with the inputs and likelihood of this one. */
    JavaRDD<RowParcel> blocks(Network network, Precision precision, int blockRows) {
        return grouped(rows.mapPartitionsWithIndex(reader(network), true))
                .mapPartitions(new BlockRows(
                        precision,
                        network.inputs(),
                        blockRows,
                        options.badRows().skip()));
    }

    /** Reads and checks the rows of a partition. */
    ReadPartition reader(Network network) {
        return new ReadPartition(input, names, RowReader.Shape.of(network));
    }

    /** What was made of every partition of the input, in the order of the plan, a partition a group. */
    <T> JavaRDD<T> grouped(JavaRDD<T> partitions) {
        RDD<T> grouped =
                partitions.rdd().coalesce(input.groups().size(), false, Option.apply(new GroupCoalescer(input)), null);
        return grouped.toJavaRDD();
    }

    /** Writes the rows that were left out where they are wanted, or clears that place if there are none. */
    void quarantine(Network network, SkippedRows skipped) {
        options.badRows().quarantine().ifPresent(place -> {
            if (skipped.count() == 0) {
                place.clear();
                return;
            }
            new JobScope(context, "bad rows to " + place.place()).during(() -> {
                writeBadRows(network, place, skipped.count());
                return place;
            });
        });
    }

    private void writeBadRows(Network network, Quarantine place, long expected) {
        RowMap map = new RowMap(dataset, options, this, sourceColumns(place));
        place.clear();
        try {
            place.create();
            if (map.write(new NoteBadRows(), network, place.place()) != expected) {
                throw RowMap.changed();
            }
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            place.delete();
            throw SourceFailures.ofJob(e);
        }
    }

    /** Those that are still there, without the notes of an earlier quarantine. */
    private List<String> sourceColumns(Quarantine quarantine) {
        List<String> there = new ArrayList<>(List.of(dataset.columns()));
        if (!quarantine.columns().isEmpty()) {
            there.retainAll(quarantine.columns());
        }
        there.removeAll(List.of(NoteBadRows.NOTES.fieldNames()));
        return there;
    }
}
