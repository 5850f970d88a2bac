package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** What a row is to be compared with: nothing, one number, several, probabilities, or the row itself. */
final class TargetsTest {
    private static CollectOptions options(Columns columns, Fisher fisher) {
        return CollectOptions.defaults()
                .withFisher(fisher)
                .withKinds(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK)
                .withBlockRows(7)
                .withColumns(columns);
    }

    private static void assertLikeLocal(
            Network network, Dataset<Row> data, CollectOptions options, List<Samples> expected) {
        Collected found = SparkKfac.collect(network, data, options);
        assertThat(found.statistics().meanLoss()).isPresent();
        Samples.assertNear(found.statistics(), Samples.local(network, options.plan(), expected), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact", "monte-carlo", "empirical"})
    void anAutoencoderNamesTheFeaturesAgain(String type) {
        Fisher fisher =
                switch (type) {
                    case "exact" -> Fisher.exact();
                    case "empirical" -> Fisher.empirical();
                    default -> Fisher.monteCarlo(2, 3);
                };
        Network network = Samples.network(Cases.one(), "gaussian", Samples.INPUTS, Samples.INPUTS);
        List<Samples> rows = Samples.random(Cases.one(), "gaussian", 40);
        List<Samples> expected =
                rows.stream().map(row -> row.withLabel(row.x())).toList();
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rows).drop("label");
        Columns arrays = Columns.of("features", "features").withWeight("weight").withId("id");
        assertLikeLocal(network, data, options(arrays, fisher), expected);

        String[] flat = IntStream.range(0, Samples.INPUTS)
                .mapToObj(i -> "features[" + i + "] x" + i)
                .toArray(String[]::new);
        List<String> names =
                IntStream.range(0, Samples.INPUTS).mapToObj(i -> "x" + i).toList();
        Columns lists = new Columns(names, names, Optional.of("weight"), Optional.of("id"));
        Dataset<Row> columns = data.selectExpr(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("weight", "id"), java.util.stream.Stream.of(flat))
                .toArray(String[]::new));
        assertLikeLocal(network, columns, options(lists, fisher), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "sigmoid", "poisson"})
    void severalOutputsHaveAListOfLabelColumns(String likelihood) {
        Network network = Samples.network(Cases.one(), likelihood);
        List<Samples> rows = Samples.random(Cases.one(), likelihood, 40);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rows)
                .selectExpr("features", "label[2] c", "label[0] a", "label[1] b", "weight", "id");
        Columns columns =
                new Columns(List.of("features"), List.of("a", "b", "c"), Optional.of("weight"), Optional.of("id"));
        assertLikeLocal(network, data, options(columns, Fisher.exact()), rows);
        assertLikeLocal(network, data, options(columns, Fisher.empirical()), rows);
    }

    @Test
    void classesMayBeProbabilitiesInOneColumnOrSeveral() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        List<Samples> rows = Samples.random(cases, "softmax", 40).stream()
                .map(row -> {
                    double p = cases.uniform(0, 1);
                    return row.withLabel(p, 0, 1 - p);
                })
                .toList();
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rows);
        assertLikeLocal(network, data, options(Samples.COLUMNS, Fisher.exact()), rows);
        Dataset<Row> vectors =
                data.withColumn("label", org.apache.spark.ml.functions.array_to_vector(functions.col("label")));
        assertLikeLocal(network, vectors, options(Samples.COLUMNS, Fisher.exact()), rows);
        Columns several =
                new Columns(List.of("features"), List.of("a", "b", "c"), Optional.of("weight"), Optional.of("id"));
        assertLikeLocal(
                network,
                data.selectExpr("features", "label[0] a", "label[1] b", "label[2] c", "weight", "id"),
                options(several, Fisher.exact()),
                rows);
    }

    @Test
    void withoutLabelsThereIsNoLossButAFisher() {
        Network network = Samples.network(Cases.one(), "softmax");
        List<Samples> rows = Samples.random(Cases.one(), "softmax", 40);
        Columns unlabelled = Columns.unlabelled("features").withWeight("weight").withId("id");
        CollectOptions options = options(unlabelled, Fisher.exact());
        Collected found = SparkKfac.collect(
                network, Samples.dataset(LocalSpark.shared(), rows).drop("label"), options);
        assertThat(found.statistics().meanLoss()).isEmpty();
        assertThat(found.statistics().gradientSum()).isEmpty();
        Samples.assertNear(
                found.statistics(),
                Samples.local(
                        network,
                        options.plan(),
                        rows.stream().map(row -> row.withLabel()).toList()),
                1e-12);
    }
}
