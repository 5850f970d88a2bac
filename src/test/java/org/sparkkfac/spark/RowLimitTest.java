package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** A limit takes the first rows of the sorted files, and opens no file behind them. */
final class RowLimitTest {
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");
    // Spark packs the biggest file first, which is not the first by name.
    private static final int[] FILES = {5, 40, 0, 12, 60, 3, 20};
    private static final List<Samples> ROWS = Samples.random(Cases.one(), "softmax", 140);

    @TempDir
    private Path directory;

    static CollectOptions options() {
        return CollectOptions.defaults()
                .withFisher(Fisher.monteCarlo(2, 5))
                .withKinds(StatisticKind.KRONECKER, StatisticKind.DIAGONAL)
                .withBlockRows(7)
                .withSplitBytes(700)
                .withGroups(4)
                .withColumns(new Columns(
                        List.of("a", "b", "c", "d", "e"), List.of("label"), Optional.of("w"), Optional.of("id")));
    }

    static String line(Samples row) {
        StringBuilder line = new StringBuilder();
        for (double x : row.x()) {
            line.append(x).append(',');
        }
        return line.append(row.y()[0] + "," + row.weight() + "," + row.id()).toString();
    }

    /** The rows in files whose names sort in the order of the rows. */
    static Path write(Path directory, List<Samples> rows, int[] sizes) throws IOException {
        Files.createDirectories(directory);
        int next = 0;
        for (int f = 0; f < sizes.length; f++) {
            List<String> lines = rows.subList(next, next + sizes[f]).stream()
                    .map(RowLimitTest::line)
                    .toList();
            Files.write(directory.resolve("part-" + f + ".csv"), lines);
            next += sizes[f];
        }
        return directory;
    }

    static Dataset<Row> csv(SparkSession session, Path directory) {
        return session.read()
                .schema("a double, b double, c double, d double, e double, label double, w double, id long")
                .csv(directory.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 6, 45, 46, 100, 139, 140, 1000})
    void theFirstRowsOfTheSortedFilesAreTaken(int limit) throws IOException {
        Dataset<Row> data = csv(LocalSpark.shared(), write(directory.resolve("rows"), ROWS, FILES));
        List<Samples> first = ROWS.subList(0, Math.min(limit, ROWS.size()));
        Path alone = write(directory.resolve("alone"), first, new int[] {first.size()});
        CollectOptions one = options().withGroups(1);
        Collected expected = SparkKfac.collect(NETWORK, csv(LocalSpark.shared(), alone), one);

        Collected found = SparkKfac.collect(NETWORK, data, one.withLimit(limit));

        assertThat(found.statistics().rows()).isEqualTo(first.size());
        assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(Samples.bytes(found.statistics())).isEqualTo(Samples.bytes(expected.statistics()));
        Collected groups = SparkKfac.collect(NETWORK, data, options().withLimit(limit));
        assertThat(groups.fingerprint()).isEqualTo(expected.fingerprint());
    }

    @Test
    void filesBehindTheLastRowStayClosed() throws IOException {
        Path rows = write(directory.resolve("rows"), ROWS, FILES);
        Dataset<Row> data = csv(LocalSpark.shared(), rows);
        assertThat(new SparkPass(data, options().withLimit(6)).input().splits())
                .isLessThan(new SparkPass(data, options()).input().splits());
        JobCount count = new JobCount();
        Collected found = count.during(
                LocalSpark.shared().sparkContext(),
                () -> SparkKfac.collect(NETWORK, data, options().withLimit(5)));
        assertThat(found.input().groups()).hasSize(1);
        assertThat(found.statistics().rows()).isEqualTo(5);
        assertThat(count.jobs()).isEqualTo(2);
        assertThat(count.tasks()).isEqualTo(2);
    }

    @Test
    void theConditionComesBeforeTheLimit() throws IOException {
        Path rows = write(directory.resolve("rows"), ROWS, FILES);
        Collected found = SparkKfac.collect(
                NETWORK,
                csv(LocalSpark.shared(), rows).where("label = 1"),
                options().withLimit(20));
        List<Samples> expected =
                ROWS.stream().filter(row -> row.y()[0] == 1).limit(20).toList();
        assertThat(expected).hasSize(20);
        Samples.assertNear(found.statistics(), Samples.local(NETWORK, options().plan(), expected), 1e-12);
    }

    @Test
    void ofOtherSourcesTheFirstPartitionsAreTaken() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), ROWS).coalesce(1);
        CollectOptions options = options().withColumns(Samples.COLUMNS).withLimit(17);
        Collected found = SparkKfac.collect(NETWORK, data, options);
        Samples.assertNear(found.statistics(), Samples.local(NETWORK, options.plan(), ROWS.subList(0, 17)), 1e-12);
    }

    @Test
    void aRowThatCannotBeReadIsToldOnlyIfItIsAmongThem() throws IOException {
        Path rows = write(directory.resolve("rows"), ROWS, FILES);
        Files.writeString(rows.resolve("part-3.csv"), "this,is,no,row,at,all,of,numbers\n");
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("mode", "FAILFAST")
                .schema(csv(LocalSpark.shared(), rows).schema())
                .csv(rows.toString());
        assertThat(SparkKfac.collect(NETWORK, data, options().withLimit(45))
                        .statistics()
                        .rows())
                .isEqualTo(45);
        assertThatThrownBy(() -> SparkKfac.collect(NETWORK, data, options().withLimit(46)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "bad row: " + rows.resolve("part-3.csv") + ", row 1: the source's reader cannot")
                .hasMessageContaining("option mode = PERMISSIVE");
    }

    @Test
    void anEmptyDatasetStaysEmpty() throws IOException {
        Path rows = write(directory.resolve("rows"), ROWS, new int[] {0, 0});
        Dataset<Row> data = csv(LocalSpark.shared(), rows);
        assertThatThrownBy(() -> SparkKfac.collect(NETWORK, data, options().withLimit(5)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the dataset is empty");
        assertThatThrownBy(() -> options().withLimit(0)).isInstanceOf(UserException.class);
    }
}
