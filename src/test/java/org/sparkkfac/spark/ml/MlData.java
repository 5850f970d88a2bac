package org.sparkkfac.spark.ml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.testing.LocalSpark;

/** The sample data as Spark ML likes them. */
final class MlData {
    private MlData() {}

    private static String sample(String name) {
        return Path.of(System.getProperty("kfac.basedir", ""), "sample-data", name)
                .toAbsolutePath()
                .toString();
    }

    /** {@code features} (a vector of 64), {@code label}, {@code id}. */
    static Dataset<Row> digits() {
        return LocalSpark.shared()
                .read()
                .parquet(sample("digits.parquet"))
                .select(
                        functions
                                .array_to_vector(col("features").cast("array<double>"))
                                .as("features"),
                        col("label").cast("double").as("label"),
                        col("id"));
    }

    /** Four fifths of some rows. */
    static Dataset<Row> most(Dataset<Row> rows) {
        return rows.where("id % 5 != 0");
    }

    /** The other fifth. */
    static Dataset<Row> others(Dataset<Row> rows) {
        return rows.where("id % 5 = 0");
    }

    /** {@code id, bill_length_cm, bill_depth_cm, flipper_length_dm, male, adelie, chinstrap, body_mass_kg}, doubles. */
    static Dataset<Row> penguins() {
        return LocalSpark.shared()
                .read()
                .option("header", true)
                .option("inferSchema", true)
                .csv(sample("penguins.csv"));
    }

    static final List<String> PENGUIN_FEATURES =
            List.of("bill_length_cm", "bill_depth_cm", "flipper_length_dm", "male", "adelie", "chinstrap");

    /** Four rows {@code features = (x), y, class} with x = 0 … 3, y = x + 1, and class 0, 1, 0, 1. */
    static Dataset<Row> lines() {
        return LocalSpark.shared()
                .range(4)
                .select(
                        functions
                                .array_to_vector(array(col("id").cast("double")))
                                .as("features"),
                        col("id").plus(1).cast("double").as("y"),
                        col("id").mod(2).cast("double").as("class"));
    }

    /** Null, as callers without null checks may pass it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T absent() {
        return null;
    }

    /** The column {@code prediction}. */
    static double[] predictions(Dataset<Row> rows) {
        return rows.select("prediction").collectAsList().stream()
                .mapToDouble(row -> row.getDouble(0))
                .toArray();
    }

    /** The values of a column of numbers or vectors, in the order of the ids. */
    static List<Object> column(Dataset<Row> rows, String name) {
        return rows.orderBy("id").select(name).collectAsList().stream()
                .map(row ->
                        row.get(0) instanceof Vector vector ? (Object) new DenseVector(vector.toArray()) : row.get(0))
                .toList();
    }
}
