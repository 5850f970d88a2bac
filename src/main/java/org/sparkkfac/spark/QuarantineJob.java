package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.spark.rows.BadRow;
import org.sparkkfac.spark.rows.GroupCoalescer;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.PlannedRows;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.ReadPartition;
import org.sparkkfac.spark.rows.RowProjection;
import org.sparkkfac.spark.rows.RowReader;
import org.sparkkfac.spark.rows.SourceFailures;
import scala.Function1;
import scala.Option;

/** Reads the rows of a plan once more and writes those that cannot be used, with what is wrong with them. */
final class QuarantineJob {
    private static final StructType NOTES = new StructType()
            .add("_kfac_reason", DataTypes.StringType)
            .add("_kfac_problem", DataTypes.StringType)
            .add("_kfac_file", DataTypes.StringType)
            .add("_kfac_split", DataTypes.LongType)
            .add("_kfac_row", DataTypes.LongType);

    private final Dataset<Row> dataset;
    private final CollectOptions options;
    private final InputPlan input;

    QuarantineJob(Dataset<Row> dataset, CollectOptions options, InputPlan input) {
        this.dataset = dataset;
        this.options = options;
        this.input = input;
    }

    /**
     * Writes them, in the order of the plan.
     *
     * @param expected so many were left out by the pass before
     */
    void write(Quarantine quarantine, RowReader.Shape shape, long expected) {
        RowProjection projection = new RowProjection(dataset, options.columns());
        Dataset<Row> wide = projection.projectWithSource(sourceColumns(quarantine));
        StructType source =
                (StructType) wide.schema().apply(RowProjection.SOURCE).dataType();
        RDD<InternalRow> planned = PlannedRows.of(wide, options.splitBytes());
        InputPlan again = InputPlan.of(planned, options.groups());
        if (options.limit().isEmpty() && !again.equals(input)) {
            throw changed();
        }
        ReadPartition read = new ReadPartition(input, projection.names(), shape);
        JavaRDD<Row> bad = planned.toJavaRDD().mapPartitionsWithIndex(new Bad(read, source), true);
        RDD<Row> grouped =
                bad.rdd().coalesce(input.groups().size(), false, Option.apply(new GroupCoalescer(input)), null);
        quarantine.clear();
        try {
            quarantine.create();
            String path = quarantine.place().path().toString();
            dataset.sparkSession()
                    .createDataFrame(grouped.toJavaRDD(), schema(source))
                    .write()
                    .mode("append")
                    .parquet(path);
            if (dataset.sparkSession().read().parquet(path).count() != expected) {
                throw changed();
            }
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            quarantine.delete();
            throw SourceFailures.ofJob(e);
        }
    }

    private static UserException changed() {
        return new UserException(
                "the data changed while the bad rows were written to data.quarantine-path; collect from"
                        + " data that stay as they are");
    }

    /** Those that are still there, without the notes of an earlier quarantine. */
    private List<String> sourceColumns(Quarantine quarantine) {
        List<String> there = new ArrayList<>(List.of(dataset.columns()));
        if (!quarantine.columns().isEmpty()) {
            there.retainAll(quarantine.columns());
        }
        there.removeAll(List.of(NOTES.fieldNames()));
        return there;
    }

    private static StructType schema(StructType source) {
        StructType schema = new StructType();
        for (StructField field : source.fields()) {
            schema = schema.add(field.name(), field.dataType(), true);
        }
        for (StructField field : NOTES.fields()) {
            schema = schema.add(field);
        }
        return schema;
    }

    /** The bad rows of one partition. */
    private static final class Bad implements Function2<Integer, Iterator<InternalRow>, Iterator<Row>> {
        private static final long serialVersionUID = 1;

        private final ReadPartition read;
        private final StructType source;

        Bad(ReadPartition read, StructType source) {
            this.read = read;
            this.source = source;
        }

        @Override
        public Iterator<Row> call(Integer partition, Iterator<InternalRow> rows) {
            RowReader reader = read.reader(partition, rows);
            Function1<Object, Object> toRow = CatalystTypeConverters.createToScalaConverter(source);
            return new Iterator<>() {
                private @Nullable BadRow next;

                @Override
                public boolean hasNext() {
                    while (next == null && reader.hasNext()) {
                        next = reader.next().bad;
                    }
                    return next != null;
                }

                @Override
                public Row next() {
                    BadRow bad = hasNext() ? next : null;
                    if (bad == null) {
                        throw new NoSuchElementException();
                    }
                    next = null;
                    // The reader has not gone on to the next row, which would overwrite this one.
                    InternalRow row = reader.lastRow();
                    return noted((Row) toRow.apply(row.getStruct(RowProjection.SOURCE, source.size())), bad);
                }
            };
        }

        private static Row noted(Row row, BadRow bad) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(row.get(i));
            }
            values.add(bad.reason().toString());
            values.add(bad.problem());
            values.add(bad.file().isEmpty() ? null : bad.file());
            values.add(bad.splitStart());
            values.add(bad.position());
            return RowFactory.create(values.toArray());
        }
    }
}
