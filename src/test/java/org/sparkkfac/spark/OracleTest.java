package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Spark's pass against the local one, over every likelihood and Fisher type. */
final class OracleTest {
    private static final int ROWS = 61;

    private static Stream<Arguments> everyLikelihoodAndFisher() {
        return Stream.of("softmax", "sigmoid", "gaussian", "poisson")
                .flatMap(likelihood -> Stream.of(Fisher.exact(), Fisher.monteCarlo(3, 11), Fisher.empirical())
                        .map(fisher -> Arguments.of(likelihood, fisher)));
    }

    @ParameterizedTest
    @MethodSource("everyLikelihoodAndFisher")
    void sparkAndTheLocalPassAgree(String likelihood, Fisher fisher) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, likelihood);
        List<Samples> samples = Samples.random(cases, likelihood, ROWS);
        CollectOptions options = Samples.options(fisher).withGroups(3);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), samples).repartition(5);

        StatisticsState expected = Samples.local(network, options.plan(), samples);
        Samples.assertNear(SparkKfac.collect(network, data, options).statistics(), expected, 1e-12);

        CollectOptions single = options.withPrecision(Precision.SINGLE);
        Samples.assertNear(SparkKfac.collect(network, data, single).statistics(), expected, 1e-4);
    }

    @Test
    void singlePrecisionIsSingle() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        List<Samples> samples = Samples.random(cases, "softmax", ROWS);
        StatisticsPlan plan =
                Samples.options(Fisher.exact()).withPrecision(Precision.SINGLE).plan();
        StatisticsState spark = SparkKfac.collect(
                        network,
                        Samples.dataset(LocalSpark.shared(), samples),
                        Samples.options(Fisher.exact()).withPlan(plan))
                .statistics();
        StatisticsState inDouble =
                Samples.local(network, Samples.options(Fisher.exact()).plan(), samples);
        assertThatThrownBy(() -> Samples.assertNear(spark, inDouble, 1e-10)).isInstanceOf(AssertionError.class);
    }

    @Test
    void anotherSeedOrIdMakesADifference() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        List<Samples> samples = Samples.random(cases, "gaussian", ROWS);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), samples);
        StatisticsState expected =
                Samples.local(network, Samples.options(Fisher.monteCarlo(1, 5)).plan(), samples);

        StatisticsState otherSeed = SparkKfac.collect(network, data, Samples.options(Fisher.monteCarlo(1, 6)))
                .statistics();
        StatisticsState withoutId = SparkKfac.collect(
                        network,
                        data,
                        Samples.options(Fisher.monteCarlo(1, 5))
                                .withColumns(Columns.of("features", "label").withWeight("weight")))
                .statistics();
        for (StatisticsState other : List.of(otherSeed, withoutId)) {
            assertThatThrownBy(() -> Samples.assertNear(other, expected, 1e-3)).isInstanceOf(AssertionError.class);
        }
    }
}
