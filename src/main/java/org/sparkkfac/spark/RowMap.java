package org.sparkkfac.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.rows.Example;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.PlannedRows;
import org.sparkkfac.spark.rows.ReadPartition;
import org.sparkkfac.spark.rows.RowProjection;
import org.sparkkfac.spark.rows.RowReader;
import scala.Function1;

/** Reads the rows of a plan and writes them with the columns of a {@link RowFunction} as Parquet, in the order of the plan. */
final class RowMap {
    private final SparkSession session;
    private final CollectOptions options;
    private final PlannedBlocks planned;
    private final RDD<InternalRow> rows;
    private final StructType source;

    /**
     * Plans the input again, with the columns of the dataset that are kept.
     *
     * @throws UserException if the plan is no longer that of the data
     */
    RowMap(Dataset<Row> dataset, CollectOptions options, PlannedBlocks planned, List<String> keep) {
        Dataset<Row> wide = new RowProjection(dataset, options.columns()).projectWithSource(keep);
        this.session = dataset.sparkSession();
        this.options = options;
        this.planned = planned;
        this.rows = PlannedRows.of(wide, options.splitBytes());
        this.source = (StructType) wide.schema().apply(RowProjection.SOURCE).dataType();
        if (options.limit().isEmpty() && !InputPlan.of(rows, options.groups()).equals(planned.input())) {
            throw changed();
        }
    }

    static UserException changed() {
        return new UserException("the data changed while they were read; use data that stay as they are");
    }

    /**
     * Writes the kept columns, and those of a function beside them.
     *
     * @param network whose inputs and likelihood say which rows can be used
     * @return number of rows written
     */
    long write(RowFunction function, Network network, Location to) {
        Broadcast<byte[][]> broadcast = planned.context().broadcast(ObjectBytes.encode(function));
        try {
            Task task = new Task(
                    planned.reader(network),
                    broadcast,
                    source,
                    new Blocks(
                            options.plan().precision(),
                            network.inputs(),
                            options.plan().blockRows()),
                    options.blas());
            JavaRDD<Row> mapped = planned.grouped(rows.toJavaRDD().mapPartitionsWithIndex(task, true));
            String path = to.path().toString();
            session.createDataFrame(mapped, schema(source, function.columns()))
                    .write()
                    .mode("append")
                    .parquet(path);
            return session.read().parquet(path).count();
        } finally {
            broadcast.destroy();
        }
    }

    private static StructType schema(StructType source, StructType columns) {
        StructType schema = new StructType();
        for (StructField field : source.fields()) {
            schema = schema.add(field.name(), field.dataType(), true);
        }
        for (StructField field : columns.fields()) {
            schema = schema.add(field);
        }
        return schema;
    }

    /** How rows are packed. */
    private record Blocks(Precision precision, int inputs, int rows) implements Serializable {}

    /** What a task does with a partition of the input. */
    private static final class Task implements Function2<Integer, Iterator<InternalRow>, Iterator<Row>> {
        private static final long serialVersionUID = 1;

        private final ReadPartition read;
        private final Broadcast<byte[][]> function;
        private final StructType source;
        private final Blocks blocks;
        private final Blas.Choice blas;

        Task(ReadPartition read, Broadcast<byte[][]> function, StructType source, Blocks blocks, Blas.Choice blas) {
            this.read = read;
            this.function = function;
            this.source = source;
            this.blocks = blocks;
            this.blas = blas;
        }

        @Override
        public Iterator<Row> call(Integer partition, Iterator<InternalRow> rows) {
            Blas.choose(blas);
            RowFunction known = ObjectBytes.decode(function.value(), RowFunction.class);
            return new Mapped(known, read.reader(partition, rows), source, blocks);
        }
    }

    /** The rows of one partition with their columns, block by block. */
    private static final class Mapped implements Iterator<Row> {
        private final RowFunction.Worker worker;
        private final boolean isOfGoodRows;
        private final RowReader reader;
        private final StructType source;
        private final Blocks blocks;
        private final Function1<Object, Object> toRow;
        private Iterator<Row> block = List.<Row>of().iterator();

        Mapped(RowFunction function, RowReader reader, StructType source, Blocks blocks) {
            this.worker = function.worker();
            this.isOfGoodRows = function.isOfGoodRows();
            this.reader = reader;
            this.source = source;
            this.blocks = blocks;
            this.toRow = CatalystTypeConverters.createToScalaConverter(source);
        }

        @Override
        public boolean hasNext() {
            while (!block.hasNext() && reader.hasNext()) {
                block = nextBlock();
            }
            return block.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return block.next();
        }

        private Iterator<Row> nextBlock() {
            RowBlockBuilder builder = new RowBlockBuilder(blocks.precision(), blocks.inputs(), blocks.rows());
            List<Row> kept = new ArrayList<>();
            List<@Nullable Object @Nullable []> known = new ArrayList<>();
            while (kept.size() < blocks.rows() && reader.hasNext()) {
                Example example = reader.next();
                @Nullable Object @Nullable [] ofBad = example.bad == null ? null : worker.of(example.bad);
                if (example.bad == null ? !isOfGoodRows : ofBad == null) {
                    continue;
                }
                // The reader has not gone on to the next row, which would overwrite this one.
                kept.add((Row) toRow.apply(reader.lastRow().getStruct(RowProjection.SOURCE, source.size())));
                known.add(ofBad);
                if (example.bad == null) {
                    builder.add(example.features, null, example.weight, example.id);
                }
            }
            Iterator<@Nullable Object[]> computed = builder.isEmpty()
                    ? List.<@Nullable Object[]>of().iterator()
                    : worker.of(builder.build()).iterator();
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < kept.size(); i++) {
                @Nullable Object @Nullable [] ofBad = known.get(i);
                rows.add(joined(kept.get(i), ofBad == null ? computed.next() : ofBad));
            }
            return rows.iterator();
        }

        private static Row joined(Row row, @Nullable Object[] columns) {
            @Nullable Object[] values = new Object[row.size() + columns.length];
            for (int i = 0; i < row.size(); i++) {
                values[i] = row.get(i);
            }
            System.arraycopy(columns, 0, values, row.size(), columns.length);
            return RowFactory.create(values);
        }
    }
}
