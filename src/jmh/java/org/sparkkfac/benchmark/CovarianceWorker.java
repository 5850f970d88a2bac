package org.sparkkfac.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.RowMatrix;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.Sessions;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** One JVM of {@link CovarianceBench}. */
final class CovarianceWorker {
    private CovarianceWorker() {}

    /** Arguments: {@code mllib} or a precision, master, rows, columns, whether they are kept as a data frame. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        int columns = Integer.parseInt(arguments[3]);
        long rows = Long.parseLong(arguments[2]);
        boolean plain = System.getProperty("dev.ludovic.netlib.blas.nativeLib") != null;
        Blas.choose(plain ? Blas.Choice.JAVA : Blas.Choice.BUNDLED); // which points netlib, and so MLlib, to OpenBLAS
        SparkSession session = Sessions.start("covariance", arguments[1], Map.of());
        StructType schema = new StructType().add("features", SQLDataTypes.VectorType(), false);
        JavaRDD<Row> made = rows(session, rows, columns);
        boolean isFrame = Boolean.parseBoolean(arguments[4]);
        JavaRDD<Row> kept = isFrame ? made : made.persist(StorageLevel.MEMORY_ONLY());
        Dataset<Row> frame = session.createDataFrame(kept, schema);
        if (isFrame) {
            frame.persist(StorageLevel.MEMORY_ONLY());
        }
        frame.count();
        if (arguments[0].equals("mllib")) {
            System.err.println("covariance: MLlib uses "
                    + org.apache.spark.mllib.linalg.BLAS$.MODULE$.nativeBLAS().getClass());
            Forked.serve(out, () -> mllib(isFrame ? frame.javaRDD() : kept));
        } else {
            Precision precision = arguments[0].equals("single") ? Precision.SINGLE : Precision.DOUBLE;
            Forked.serve(out, () -> ours(frame, precision, columns));
        }
        session.stop();
    }

    private static JavaRDD<Row> rows(SparkSession session, long rows, int columns) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        int partitions = 16;
        List<Long> starts = LongStream.range(0, partitions).boxed().toList();
        return context.parallelize(starts, partitions).flatMap(partition -> {
            Random random = new Random(partition);
            return LongStream.range(partition * rows / partitions, (partition + 1) * rows / partitions)
                    .mapToObj(i -> RowFactory.create(org.apache.spark.ml.linalg.Vectors.dense(
                            random.doubles(columns).toArray())))
                    .iterator();
        });
    }

    private static double mllib(JavaRDD<Row> rows) {
        long start = System.nanoTime();
        var vectors = rows.map(row -> Vectors.fromML(row.<org.apache.spark.ml.linalg.Vector>getAs(0)));
        new RowMatrix(vectors.rdd()).computeGramianMatrix();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double ours(Dataset<Row> rows, Precision precision, int columns) {
        NodeSpec layer = new NodeSpec("layer", "dense", List.of(), Map.of("units", 1, "bias", false));
        Network network = Network.of(columns, List.of(layer), Likelihoods.create("gaussian", Map.of()));
        CollectOptions options = CollectOptions.defaults()
                .withColumns(Columns.unlabelled("features"))
                .withFisher(Fisher.exact())
                .withKinds(StatisticKind.KRONECKER)
                .withPrecision(precision)
                .withGroups(4);
        long start = System.nanoTime();
        StatisticsState state = SparkKfac.collect(network, rows, options)
                .statistics();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!(state.totalWeight() > 0)) {
            throw new IllegalStateException("nothing was collected");
        }
        return seconds;
    }
}
