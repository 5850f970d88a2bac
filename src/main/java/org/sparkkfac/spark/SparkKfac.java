package org.sparkkfac.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.nn.Network;

/**
 * The library from code.
 *
 * <p>Java:
 *
 * <pre>{@code
 * Network network = ModelStore.read(conf, "sample-data/digits-model");
 * Dataset<Row> digits = spark.read().parquet("sample-data/digits.parquet");
 * Collected collected = SparkKfac.collect(network, digits, CollectOptions.defaults());
 * Preconditioner p = Preconditioner.invert(collected.statistics(), Method.EIGEN, Damping.absolute(1e-3), 2);
 * ParameterVector step = p.apply(collected.statistics().meanGradient().orElseThrow());
 * }</pre>
 *
 * <p>spark-shell, with {@code --jars spark-kfac.jar}:
 *
 * <pre>{@code
 * val collected = SparkKfac.collect(network, spark.read.parquet("sample-data/digits.parquet"),
 *   CollectOptions.defaults().withFisher(Fisher.exact()))
 * }</pre>
 */
public final class SparkKfac {
    private SparkKfac() {}

    /**
     * Collects the Fisher statistics of a dataset in one Spark job, with the loss and its gradient where there are
     * labels.
     *
     * @param network the model, whose parameters are broadcast
     * @param dataset the rows; one task an {@linkplain CollectOptions#groups() group} folds them, none are collected
     * @throws org.sparkkfac.UserException if a column is missing, a row is bad, the dataset is empty, or the states do
     *     not fit the driver
     * @throws org.sparkkfac.NumericalException if finite rows give a sum that is not finite
     */
    public static Collected collect(Network network, Dataset<Row> dataset, CollectOptions options) {
        return new SparkStatisticsPass(dataset, options).collect(network, options.plan());
    }
}
