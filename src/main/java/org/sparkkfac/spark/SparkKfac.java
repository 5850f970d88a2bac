package org.sparkkfac.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.StatisticsState;

/**
 * The library from code.
 *
 * <p>Java:
 *
 * <pre>{@code
 * Network network = ModelDirectory.read(Location.of("sample-data/digits-model", hadoopConfiguration));
 * Dataset<Row> digits = spark.read().parquet("sample-data/digits.parquet");
 * CollectOptions options = CollectOptions.defaults().withFisher(Fisher.exact());
 * StatisticsState statistics = SparkKfac.collect(network, digits, options).statistics();
 * Preconditioner p = SparkKfac.invert(statistics, Method.EIGEN, Damping.absolute(1e-3));
 * ParameterVector step = p.apply(statistics.meanGradient().orElseThrow());
 * }</pre>
 *
 * <p>spark-shell, with {@code --jars spark-kfac.jar}:
 *
 * <pre>{@code
 * val network = ModelDirectory.read(Location.of("sample-data/digits-model", sc.hadoopConfiguration))
 * val digits = spark.read.parquet("sample-data/digits.parquet")
 * val statistics = SparkKfac.collect(network, digits, CollectOptions.defaults()).statistics
 * val step = SparkKfac.invert(statistics, Method.EIGEN, Damping.absolute(1e-3)).apply(statistics.meanGradient.get)
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

    /**
     * Inverts the Fisher blocks on the driver, with all its processors. No Spark job of this process may run meanwhile.
     *
     * @throws org.sparkkfac.UserException if the statistic that the method needs was not collected
     * @throws org.sparkkfac.NumericalException if a block is singular with this damping
     */
    public static Preconditioner invert(StatisticsState statistics, Method method, Damping damping) {
        return Preconditioner.invert(
                FisherBlocks.of(statistics, method.structure()),
                method,
                damping,
                Runtime.getRuntime().availableProcessors());
    }
}
