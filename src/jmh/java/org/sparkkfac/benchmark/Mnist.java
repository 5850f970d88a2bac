package org.sparkkfac.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The 10,000 digits of {@code jobs/fetch-mnist} as Parquet: {@code features} of 784 doubles, {@code label}. */
final class Mnist {
    private static final int PIXELS = 784;

    private static final StructType SCHEMA = new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.DoubleType, false))
            .add("label", DataTypes.IntegerType);

    private Mnist() {}

    /** The digits so many times over, shuffled, in so many files. */
    static Dataset<Row> read(SparkSession session, Path data, int times, int files) {
        Path parquet = data.resolve("mnist-" + times + "x-" + files + ".parquet");
        if (!Files.exists(parquet.resolve("_SUCCESS"))) {
            List<Row> rows = digits(data.resolve("mnist"));
            List<Row> all = new ArrayList<>();
            for (int t = 0; t < times; t++) {
                all.addAll(rows);
            }
            Collections.shuffle(all, new Random(1));
            session.createDataFrame(all, SCHEMA)
                    .repartition(files)
                    .write()
                    .mode(SaveMode.Overwrite)
                    .parquet(parquet.toString());
        }
        return session.read().parquet(parquet.toString());
    }

    /** The digits in an order that has nothing to do with what they are, and is always the same. */
    static List<Row> shuffled(Path data) {
        List<Row> rows = new ArrayList<>(digits(data.resolve("mnist")));
        Collections.shuffle(rows, new Random(1));
        return rows;
    }

    /** These rows, which stay in this order, in so many partitions. */
    static Dataset<Row> dataset(SparkSession session, List<Row> rows, int partitions) {
        return session.createDataFrame(
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(rows, partitions), SCHEMA);
    }

    private static List<Row> digits(Path folder) {
        List<Row> rows = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (int digit = 0; digit < 10; digit++) {
            Path file = folder.resolve(digit + ".json");
            if (!Files.exists(file)) {
                throw new IllegalStateException("no " + file + ": run jobs/fetch-mnist first");
            }
            try {
                JsonNode values = json.readTree(file.toFile()).get("data");
                for (int first = 0; first + PIXELS <= values.size(); first += PIXELS) {
                    double[] pixels = new double[PIXELS];
                    for (int i = 0; i < PIXELS; i++) {
                        pixels[i] = values.get(first + i).asDouble();
                    }
                    rows.add(RowFactory.create(pixels, digit));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return rows;
    }
}
