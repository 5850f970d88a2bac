package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.DataSource;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Bad rows that are left out: as if they had never been there, and every one accounted for. */
final class SkippedBadRowsTest {
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");
    private static final List<Samples> GOOD = Samples.random(Cases.one(), "softmax", 60);
    private static final List<String> BAD = List.of(
            "1,,3,4,5,0,1,901", // null
            "1,2,3,4,NaN,0,1,902", // not finite
            "Infinity,2,3,4,5,0,1,903", // not finite
            "1,2,3,4,5,7,1,904", // label
            "1,2,3,4,5,,1,905", // null
            "1,2,3,4,5,0,-1,906", // weight
            "1,2,3,4,5,0,1,", // id
            "one,2,3,4,5,0,1,908"); // null, since it is no number

    @TempDir
    private Path directory;

    private Path clean;
    private Path dirty;

    /** Three files of twenty rows each; in the dirty ones, bad rows at the start, in the middle, at the end. */
    @BeforeEach
    void write() throws IOException {
        clean = RowLimitTest.write(directory.resolve("clean"), GOOD, new int[] {20, 20, 20});
        dirty = Files.createDirectories(directory.resolve("dirty"));
        for (int f = 0; f < 3; f++) {
            Files.copy(clean.resolve("part-" + f + ".csv"), dirty.resolve("part-" + f + ".csv"));
        }
        insert(0, 0, BAD.get(0), BAD.get(1));
        insert(0, 9, BAD.get(2));
        insert(2, 5, BAD.get(3), BAD.get(4), BAD.get(5), BAD.get(6));
        insert(2, 24, BAD.get(7));
    }

    private void insert(int file, int at, String... rows) throws IOException {
        Path path = dirty.resolve("part-" + file + ".csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(path));
        lines.addAll(at, List.of(rows));
        Files.write(path, lines);
    }

    private static CollectOptions options() {
        return RowLimitTest.options().withSplitBytes(1 << 20);
    }

    private static Dataset<Row> csv(Path path) {
        return RowLimitTest.csv(LocalSpark.shared(), path);
    }

    private Location location(String name) {
        return Location.of(directory.resolve(name).toString(), new Configuration(false));
    }

    @Test
    void theResultIsThatOfTheGoodRowsBitForBit() {
        CollectOptions one = options().withGroups(1);
        Collected expected = SparkKfac.collect(NETWORK, csv(clean), one);
        Collected found = SparkKfac.collect(NETWORK, csv(dirty), one.withBadRows(BadRowPolicy.SKIP));
        assertThat(Samples.bytes(found.statistics())).isEqualTo(Samples.bytes(expected.statistics()));
        assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(expected.skipped().count()).isZero();
        assertThat(found.skipped().count()).isEqualTo(BAD.size());
    }

    @Test
    void everyRowIsCountedByReasonAndFileAndTheFirstAreShown() {
        JobCount count = new JobCount();
        SkippedRows skipped = count.during(
                        LocalSpark.shared().sparkContext(),
                        () -> SparkKfac.collect(NETWORK, csv(dirty), options().withBadRows(BadRowPolicy.SKIP)))
                .skipped();
        assertThat(count.jobs()).isEqualTo(1);
        assertThat(skipped.byReason())
                .isEqualTo(new TreeMap<>(Map.of("null", 3L, "not-finite", 2L, "label", 1L, "weight", 1L, "id", 1L)));
        assertThat(skipped.byFile())
                .isEqualTo(new TreeMap<>(Map.of(dirty + "/part-0.csv", 3L, dirty + "/part-2.csv", 5L)));
        assertThat(skipped.samples()).hasSize(BAD.size());
        assertThat(skipped.samples().get(0))
                .isEqualTo(new SkippedRows.Sample(
                        "null", dirty + "/part-0.csv, row 1, id 901", "b is null or not a number"));
        assertThat(skipped.samples().get(2).place()).isEqualTo(dirty + "/part-0.csv, row 10, id 903");
        assertThat(skipped.samples().get(7).place()).isEqualTo(dirty + "/part-2.csv, row 25, id 908");
    }

    @Test
    void wrongDimensionsAreAReason() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), GOOD)
                .withColumn("features", functions.expr("if(id % 2 = 0, features, array(1D, 2D))"));
        Collected found = SparkKfac.collect(
                NETWORK, data, options().withColumns(Samples.COLUMNS).withBadRows(BadRowPolicy.SKIP));
        assertThat(found.skipped().byReason()).isEqualTo(Map.of("dimension", 30L));
        assertThat(found.skipped().byFile()).isEmpty();
        assertThat(found.skipped().samples()).hasSize(SkippedRows.SAMPLES);
        assertThat(found.statistics().rows()).isEqualTo(30);
    }

    @Test
    void aSecondPassLeavesTheSameRowsOutAndCountsThemOnce() {
        SparkPass pass = new SparkPass(csv(dirty), options().withBadRows(BadRowPolicy.SKIP));
        byte[] first = Samples.bytes(options().plan().collect(NETWORK, pass));
        assertThat(Samples.bytes(options().plan().collect(NETWORK, pass))).isEqualTo(first);
        assertThat(pass.collect(NETWORK, options().plan()).skipped().count()).isEqualTo(BAD.size());
    }

    @Test
    void badRowsCountTowardsTheLimit() {
        Collected found =
                SparkKfac.collect(NETWORK, csv(dirty), options().withLimit(12).withBadRows(BadRowPolicy.SKIP));
        assertThat(found.skipped().count()).isEqualTo(3);
        assertThat(found.statistics().rows()).isEqualTo(9);
    }

    @Test
    void aPlaceAfterAConditionSaysSo() {
        SkippedRows skipped = SparkKfac.collect(
                        NETWORK,
                        csv(dirty).where("id is null or id <> 901"),
                        options().withBadRows(BadRowPolicy.SKIP))
                .skipped();
        assertThat(skipped.samples().get(0).place()).isEqualTo(dirty + "/part-0.csv, row 1 after filtering, id 902");
    }

    @Test
    void whenAllRowsAreBadThereIsNothing() {
        assertThatThrownBy(() -> SparkKfac.collect(
                        NETWORK,
                        csv(dirty).where("id in (901, 903, 904)"),
                        options().withBadRows(BadRowPolicy.SKIP)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("all 3 rows are bad (1 label, 1 not-finite, 1 null), such as " + dirty
                        + "/part-0.csv, row 1 after filtering, id 901: b is null or not a number; check")
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatTheReaderCannotParseCannotBeSkipped() {
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("mode", "FAILFAST")
                .schema(csv(dirty).schema())
                .csv(dirty.toString());
        assertThatThrownBy(() -> SparkKfac.collect(NETWORK, data, options().withBadRows(BadRowPolicy.SKIP)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("/part-2.csv, row 25: the source's reader cannot parse it")
                .hasMessageContaining("option mode = PERMISSIVE")
                .hasMessageNotContaining("\n");
    }

    // Quarantine.

    private Collected quarantined(Dataset<Row> data, CollectOptions options, Quarantine place) {
        return SparkKfac.collect(NETWORK, data, options.withBadRows(BadRowPolicy.quarantine(place)));
    }

    private Dataset<Row> found(String name) {
        return LocalSpark.shared().read().parquet(directory.resolve(name).toString());
    }

    @Test
    void badRowsAreWrittenAsTheyWereWithWhatIsWrongWithThem() {
        JobCount count = new JobCount();
        Collected collected = count.during(
                LocalSpark.shared().sparkContext(),
                () -> quarantined(csv(dirty), options(), new Quarantine(location("bad"), false)));
        assertThat(collected.skipped().count()).isEqualTo(BAD.size());
        Dataset<Row> bad = found("bad");
        assertThat(bad.columns())
                .containsExactly(
                        "a",
                        "b",
                        "c",
                        "d",
                        "e",
                        "label",
                        "w",
                        "id",
                        "_kfac_reason",
                        "_kfac_problem",
                        "_kfac_file",
                        "_kfac_split",
                        "_kfac_row");
        assertThat(bad.count()).isEqualTo(BAD.size());
        Row row = bad.where("id = 902").head();
        assertThat(row.getDouble(0)).isEqualTo(1);
        assertThat(row.getDouble(4)).isNaN();
        assertThat(row.getString(8)).isEqualTo("not-finite");
        assertThat(row.getString(9)).isEqualTo("e is NaN, but every input must be finite");
        assertThat(row.getString(10)).isEqualTo(dirty + "/part-0.csv");
        assertThat(row.getLong(12)).isEqualTo(2);
        assertThat(bad.where("id = 901").head().isNullAt(1)).isTrue();
        assertThat(bad.where("id is null").head().getString(8)).isEqualTo("id");
        // Mended, they can be collected like any rows.
        assertThat(SparkKfac.collect(NETWORK, bad.where("id = 905").na().fill(1), options())
                        .statistics()
                        .rows())
                .isEqualTo(1);
    }

    @Test
    void withoutBadRowsNothingIsWrittenAndAnEarlierQuarantineGoes() {
        quarantined(csv(clean), options(), new Quarantine(location("bad"), false));
        assertThat(directory.resolve("bad")).doesNotExist();
        quarantined(csv(dirty), options(), new Quarantine(location("bad"), false));
        assertThat(directory.resolve("bad")).exists();
        quarantined(csv(clean), options(), new Quarantine(location("bad"), true));
        assertThat(directory.resolve("bad")).doesNotExist();
    }

    @Test
    void whatIsThereIsNotOverwrittenUnlessItIsOursAndAskedFor() throws IOException {
        Quarantine once = new Quarantine(location("bad"), false);
        Quarantine again = new Quarantine(location("bad"), true);
        quarantined(csv(dirty), options(), once);
        assertThatThrownBy(() -> quarantined(csv(dirty), options(), once))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds the bad rows of an earlier run; choose another path or overwrite it");
        quarantined(csv(dirty).where("id = 901 or id < 901"), options(), again);
        assertThat(found("bad").count()).isEqualTo(1);

        Files.createDirectories(directory.resolve("foreign"));
        Files.writeString(directory.resolve("foreign/precious"), "not ours");
        for (String name : List.of("foreign", "dirty")) {
            assertThatThrownBy(() -> new Quarantine(location(name), true).check())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("so it is never overwritten");
        }
        Files.writeString(directory.resolve("text"), "a file");
        assertThatThrownBy(() -> new Quarantine(location("text"), true).check())
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is a file but should be a directory");
    }

    @Test
    void aLimitHoldsForTheQuarantineToo() {
        quarantined(csv(dirty), options().withLimit(9), new Quarantine(location("bad"), false));
        assertThat(found("bad").count()).isEqualTo(2);
    }

    @Test
    void columnsOfEveryKindAreKeptOrBecomeJson() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), GOOD)
                .withColumn("label", functions.expr("if(id = 1000, array(9D), label)"))
                .selectExpr(
                        "*",
                        "date'2024-02-03' as day",
                        "timestamp'2024-02-03 04:05:06' as time",
                        "map('k', array(1, null)) as m",
                        "struct(cast(1.50 as decimal(9,2)) as price, X'0102' as raw) as s",
                        "make_interval(1, 2) as span",
                        "null as nothing",
                        "named_struct('i', make_interval(1), 'n', 2) as deep");
        quarantined(data, options().withColumns(Samples.COLUMNS), new Quarantine(location("bad"), false));
        Row row = found("bad").head();
        assertThat(row.<java.sql.Date>getAs("day")).hasToString("2024-02-03");
        assertThat(row.<Object>getAs("time").toString()).startsWith("2024-02-03 04:05:06");
        assertThat(row.getJavaMap(row.fieldIndex("m")).keySet()).hasToString("[k]");
        assertThat(row.<Row>getAs("s").get(0)).hasToString("1.50");
        assertThat(row.<String>getAs("span")).contains("1 years 2 months");
        assertThat(row.<String>getAs("nothing")).isEqualTo("{}");
        assertThat(row.<String>getAs("deep")).contains("\"n\":2");
    }

    @Test
    void columnsThatAPipelineMadeAreNotTheSources() throws IOException {
        Dataset<Row> rows = csv(dirty);
        Path saved = directory.resolve("pipeline");
        VectorAssembler assembler = new VectorAssembler()
                .setInputCols(new String[] {"a", "b", "c", "d", "e"})
                .setOutputCol("features")
                .setHandleInvalid("keep");
        new Pipeline()
                .setStages(new PipelineStage[] {assembler})
                .fit(rows)
                .write()
                .save(saved.toString());
        DataSource source = new DataSource("csv", Optional.of(dirty.toString()), Map.of()).through(saved.toString());
        Quarantine place = new Quarantine(location("bad"), false).withColumns(List.of(rows.columns()));
        CollectOptions options = options().withColumns(Columns.of("features", "label"));
        Collected collected = quarantined(source.throughPipeline(rows), options, place);
        assertThat(collected.skipped().byReason()).isEqualTo(Map.of("not-finite", 4L, "null", 1L, "label", 1L));
        assertThat(found("bad").columns()).startsWith(rows.columns()).doesNotContain("features");
    }

    @Test
    void vectorsAreKept() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), GOOD)
                .withColumn("features", org.apache.spark.ml.functions.array_to_vector(functions.col("features")))
                .withColumn("label", functions.expr("if(id = 1000, array(9D), label)"));
        quarantined(
                data,
                options()
                        .withColumns(Samples.COLUMNS)
                        .withKinds(StatisticKind.KRONECKER)
                        .withFisher(Fisher.exact()),
                new Quarantine(location("bad"), false));
        assertThat(found("bad").head().<Object>getAs("features"))
                .isEqualTo(Vectors.dense(GOOD.get(0).x()));
    }
}
