package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** However the rows are cut and ordered, their sums are the same to rounding, and so are the draws. */
final class PartitioningTest {
    private static final int ROWS = 97;

    /** Rows cut into partitions of the given sizes, in their order. */
    private static Dataset<Row> partitions(List<Samples> samples, int... sizes) {
        List<Row> rows = samples.stream().map(Samples::row).toList();
        List<List<Row>> parts = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            parts.add(new ArrayList<>(rows.subList(from, from + size)));
            from += size;
        }
        JavaSparkContext context = new JavaSparkContext(LocalSpark.shared().sparkContext());
        return LocalSpark.shared()
                .createDataFrame(context.parallelize(parts, parts.size()).flatMap(List::iterator), Samples.SCHEMA);
    }

    private static List<Samples> shuffled(Cases cases, List<Samples> samples) {
        return Arrays.stream(cases.permutation(samples.size()))
                .mapToObj(samples::get)
                .toList();
    }

    @Test
    void anyCutAndOrderGivesTheSame() {
        Cases.each(4, cases -> {
            Network network = Samples.network(cases, "poisson");
            List<Samples> samples = Samples.random(cases, "poisson", ROWS);
            CollectOptions options = Samples.options(Fisher.monteCarlo(2, 17)).withBlockRows(cases.integer(1, 40));
            Collected expected = SparkKfac.collect(network, partitions(samples, ROWS), options.withGroups(1));
            Samples.assertNear(expected.statistics(), Samples.local(network, options.plan(), samples), 1e-12);

            int[] sizes = cases.split(ROWS, cases.integer(2, 12));
            Collected other = SparkKfac.collect(
                    network,
                    partitions(shuffled(cases, samples), sizes),
                    options.withGroups(cases.integer(1, 12)).withBlockRows(cases.integer(1, 40)));
            Samples.assertNear(other.statistics(), expected.statistics(), 1e-12);
            assertThat(other.fingerprint()).isEqualTo(expected.fingerprint());
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void drawsBelongToRowsAndNotToPlaces(boolean withId) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        List<Samples> samples = Samples.random(cases, "gaussian", ROWS);
        Columns columns =
                withId ? Samples.COLUMNS : Columns.of("features", "label").withWeight("weight");
        CollectOptions options = Samples.options(Fisher.monteCarlo(1, 17)).withColumns(columns);
        Collected one = SparkKfac.collect(network, partitions(samples, ROWS), options.withGroups(1));
        Collected many =
                SparkKfac.collect(network, partitions(shuffled(cases, samples), 0, 50, 0, 0, 40, 7, 0), options);
        Samples.assertNear(many.statistics(), one.statistics(), 1e-12);

        // Draws that did depend on the place would show: with ids given by position the shuffle changes them.
        List<Samples> byPosition = new ArrayList<>();
        for (Samples row : shuffled(cases, samples)) {
            byPosition.add(row.withId(samples.get(byPosition.size()).id()));
        }
        Collected placed =
                SparkKfac.collect(network, partitions(byPosition, ROWS), options.withColumns(Samples.COLUMNS));
        assertThatThrownBy(() -> Samples.assertNear(placed.statistics(), one.statistics(), 1e-3))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void equalFeaturesShareDrawsOnlyWithoutAnId() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        Samples row = Samples.random(cases, "gaussian", 1).get(0).withUnitWeight();
        List<Samples> twins = List.of(row.withId(1), row.withId(2));
        CollectOptions options = Samples.options(Fisher.monteCarlo(1, 3));
        CollectOptions hashed = options.withColumns(Columns.of("features", "label"));

        Collected twice = SparkKfac.collect(network, partitions(twins, 1, 1), hashed);
        List<Samples> doubled = List.of(new Samples(row.x(), row.y(), 2, 0).withHashId());
        var once = Samples.local(network, options.plan(), doubled);
        assertThat(twice.statistics().rows()).isEqualTo(2);
        for (var kind : once.kinds()) {
            once.statistics(kind)
                    .get(0)
                    .sums()
                    .forEach((name, sum) -> org.sparkkfac.testing.Near.assertNear(
                            name,
                            twice.statistics().statistics(kind).get(0).sums().get(name),
                            sum,
                            1e-12));
        }
        Collected named = SparkKfac.collect(network, partitions(twins, 1, 1), options);
        assertThatThrownBy(() -> Samples.assertNear(named.statistics(), twice.statistics(), 1e-3))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theFingerprintTellsRowsApart() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        List<Samples> samples = Samples.random(cases, "gaussian", 5);
        CollectOptions options = Samples.options(Fisher.exact());
        String print =
                SparkKfac.collect(network, partitions(samples, 5), options).fingerprint();
        Samples first = samples.get(0);
        List<List<Samples>> others = List.of(
                samples.subList(0, 4),
                replaced(samples, new Samples(first.x(), first.y(), first.weight() + 0.5, first.id())),
                replaced(samples, first.withLabel(1, 2, 3)),
                replaced(samples, samples.get(1)));
        for (List<Samples> other : others) {
            assertThat(SparkKfac.collect(network, partitions(other, other.size()), options)
                            .fingerprint())
                    .isNotEqualTo(print);
        }
    }

    private static List<Samples> replaced(List<Samples> samples, Samples first) {
        List<Samples> result = new ArrayList<>(samples);
        result.set(0, first);
        return result;
    }
}
