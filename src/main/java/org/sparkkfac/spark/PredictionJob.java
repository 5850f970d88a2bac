package org.sparkkfac.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.BlockPass;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.nn.likelihood.ClassRule;
import org.sparkkfac.spark.aggregate.ObjectBytes;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.Example;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.spark.rows.MarkedDirectory;
import org.sparkkfac.spark.rows.PlannedRows;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.spark.rows.ReadPartition;
import org.sparkkfac.spark.rows.RowProjection;
import org.sparkkfac.spark.rows.RowReader;
import org.sparkkfac.spark.rows.SourceFailures;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.SkippedRows;
import scala.Function1;

/**
 * Writes what a network predicts for the rows of a dataset as Parquet files, in the order of its plan: columns that are
 * kept, {@code probability} or {@code mean} (an array where the network has several outputs), and {@code prediction}, the
 * class, where rows are of one of several. The files are made beside the place and moved there when all are complete.
 */
final class PredictionJob {
    static final String PROBABILITY = "probability";
    static final String MEAN = "mean";
    static final String PREDICTION = "prediction";

    private static final int BLOCK_TO_COUNT = 256;

    private final Dataset<Row> dataset;
    private final CollectOptions options;
    private final Network network;

    /** A job; labels and weights that the options name are not read. */
    PredictionJob(Dataset<Row> dataset, CollectOptions options, Network network) {
        this.dataset = dataset;
        Columns columns = options.columns();
        this.options = options.withColumns(new Columns(columns.features(), List.of(), Optional.empty(), columns.id()));
        this.network = network;
    }

    Predictions.Written run(Predictions predictions) {
        predictions.check();
        checkColumns(predictions.keep());
        options.badRows().quarantine().ifPresent(Quarantine::check);
        PlannedBlocks planned = new PlannedBlocks(dataset, options);
        planned.check(network);
        SkippedRows skipped = options.badRows().skip() ? countBadRows() : new SkippedRows();
        MarkedDirectory temporary = predictions.temporary();
        temporary.delete();
        try {
            temporary.create();
            long rows = new JobScope(planned.context(), "predictions of " + network)
                    .during(() -> write(planned, predictions.keep(), temporary));
            planned.quarantine(network, skipped);
            temporary.replace(predictions.directory());
            return new Predictions.Written(rows, skipped);
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            temporary.delete();
            throw SourceFailures.ofJob(e);
        }
    }

    /** Reads all rows once before, to count those that cannot be used. */
    private SkippedRows countBadRows() {
        SparkPass pass =
                new SparkPass(dataset, options.withPrecision(Precision.SINGLE).withBlockRows(BLOCK_TO_COUNT));
        pass.run(network, Request.NOTHING);
        return pass.skipped();
    }

    private void checkColumns(List<String> keep) {
        List<String> there = List.of(dataset.columns());
        Set<String> names = new HashSet<>(List.of(PROBABILITY, MEAN, PREDICTION));
        Set<String> kept = new HashSet<>();
        for (String name : keep) {
            if (!there.contains(name)) {
                throw new UserException(
                        "column '" + name + "' is not in the data, which has " + there + "; check --keep and data.id");
            }
            if (names.contains(folded(name))) {
                throw new UserException("column '" + name + "' would stand twice beside the predictions; leave it out"
                        + " with --keep, or rename it with data.pipeline");
            }
            if (!kept.add(folded(name))) {
                throw new UserException("column '" + name + "' would be kept twice; name it once with --keep");
            }
        }
    }

    /** Names that Spark takes for the same one are equal. */
    private String folded(String name) {
        boolean isExact = Boolean.parseBoolean(dataset.sparkSession().conf().get("spark.sql.caseSensitive"));
        return isExact ? name : name.toLowerCase(Locale.ROOT);
    }

    private long write(PlannedBlocks planned, List<String> keep, MarkedDirectory to) {
        Dataset<Row> wide = new RowProjection(dataset, options.columns()).projectWithSource(keep);
        StructType source =
                (StructType) wide.schema().apply(RowProjection.SOURCE).dataType();
        Broadcast<byte[][]> broadcast = planned.context().broadcast(ObjectBytes.encode(network));
        try {
            Predict predict = new Predict(
                    planned.reader(network),
                    broadcast,
                    source,
                    options.plan().precision(),
                    options.plan().blockRows(),
                    options.blas(),
                    options.badRows().skip());
            RDD<InternalRow> again = PlannedRows.of(wide, options.splitBytes());
            if (options.limit().isEmpty()
                    && !InputPlan.of(again, options.groups()).equals(planned.input())) {
                throw new UserException(
                        "the data changed while they were read; predict from data that stay as they are");
            }
            JavaRDD<Row> rows = planned.grouped(again.toJavaRDD().mapPartitionsWithIndex(predict, true));
            String path = to.place().path().toString();
            dataset.sparkSession()
                    .createDataFrame(rows, schema(source))
                    .write()
                    .mode("append")
                    .parquet(path);
            return dataset.sparkSession().read().parquet(path).count();
        } finally {
            broadcast.destroy();
        }
    }

    private StructType schema(StructType source) {
        StructType schema = new StructType();
        for (StructField field : source.fields()) {
            schema = schema.add(field.name(), field.dataType(), true);
        }
        DataType type =
                network.outputs() == 1 ? DataTypes.DoubleType : DataTypes.createArrayType(DataTypes.DoubleType, false);
        schema = schema.add(network.likelihood().hasProbabilities() ? PROBABILITY : MEAN, type, false);
        return network.likelihood().classes(network.outputs()).isPresent()
                ? schema.add(PREDICTION, DataTypes.IntegerType, false)
                : schema;
    }

    /** The rows of one partition with their predictions, block by block. */
    private static final class Predict implements Function2<Integer, Iterator<InternalRow>, Iterator<Row>> {
        private static final long serialVersionUID = 1;

        private final ReadPartition read;
        private final Broadcast<byte[][]> network;
        private final StructType source;
        private final Precision precision;
        private final int blockRows;
        private final Blas.Choice blas;
        private final boolean skipBadRows;

        Predict(
                ReadPartition read,
                Broadcast<byte[][]> network,
                StructType source,
                Precision precision,
                int blockRows,
                Blas.Choice blas,
                boolean skipBadRows) {
            this.read = read;
            this.network = network;
            this.source = source;
            this.precision = precision;
            this.blockRows = blockRows;
            this.blas = blas;
            this.skipBadRows = skipBadRows;
        }

        @Override
        public Iterator<Row> call(Integer partition, Iterator<InternalRow> rows) {
            Blas.choose(blas);
            Network model = ObjectBytes.decode(network.value(), Network.class);
            return new Predicted(this, model, read.reader(partition, rows));
        }
    }

    private static final class Predicted implements Iterator<Row> {
        private final Predict settings;
        private final Network network;
        private final Optional<ClassRule> classes;
        private final RowReader reader;
        private final BlockPass.Engine engine;
        private final Function1<Object, Object> toRow;
        private Iterator<Row> block = List.<Row>of().iterator();

        Predicted(Predict settings, Network network, RowReader reader) {
            this.settings = settings;
            this.network = network;
            this.classes = network.likelihood().classes(network.outputs());
            this.reader = reader;
            this.engine = new BlockPass.Engine(network, settings.precision);
            this.toRow = CatalystTypeConverters.createToScalaConverter(settings.source);
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
            RowBlockBuilder builder = new RowBlockBuilder(settings.precision, network.inputs(), settings.blockRows);
            List<Row> kept = new ArrayList<>();
            while (reader.hasNext()) {
                Example example = reader.next();
                if (example.bad != null) {
                    if (!settings.skipBadRows || example.bad.isLast()) {
                        throw example.bad.refusal();
                    }
                    continue;
                }
                // The reader has not gone on to the next row, which would overwrite this one.
                InternalRow row = reader.lastRow();
                kept.add((Row) toRow.apply(row.getStruct(RowProjection.SOURCE, settings.source.size())));
                if (builder.add(example.features, null, example.weight, example.id)) {
                    break;
                }
            }
            return builder.isEmpty()
                    ? List.<Row>of().iterator()
                    : predicted(kept, engine.forward(builder.build()).outputs());
        }

        private Iterator<Row> predicted(List<Row> kept, Matrix outputs) {
            List<Row> rows = new ArrayList<>();
            double[] f = new double[network.outputs()];
            double[] mean = new double[f.length];
            for (int b = 0; b < kept.size(); b++) {
                outputs.getColumn(b, f);
                network.likelihood().mean(f, mean);
                List<Object> values = new ArrayList<>(rowValues(kept.get(b)));
                values.add(mean.length == 1 ? (Object) mean[0] : mean.clone());
                classes.ifPresent(rule -> values.add(rule.predicted(f)));
                rows.add(RowFactory.create(values.toArray()));
            }
            return rows.iterator();
        }

        private static List<Object> rowValues(Row row) {
            Object[] values = new Object[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i);
            }
            return Arrays.asList(values);
        }
    }
}
