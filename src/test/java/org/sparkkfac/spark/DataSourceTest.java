package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.DataSource;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Tables, conditions, pipelines, partitioned directories and nested columns: ways to rows that are the same rows. */
final class DataSourceTest {
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");
    private static final List<Samples> ROWS = Samples.random(Cases.one(), "softmax", 90);

    @TempDir
    private Path directory;

    private static SparkSession session() {
        return LocalSpark.shared();
    }

    /** Columns a … e, kind (a word a label), label, id, day (0, 1, 2 by id), as files in directories of a day each. */
    private Path days() {
        Path days = directory.resolve("days");
        Samples.dataset(session(), ROWS)
                .selectExpr(
                        "features[0] a",
                        "features[1] b",
                        "features[2] c",
                        "features[3] d",
                        "features[4] e",
                        "elt(int(label[0]) + 1, 'low', 'middle', 'top') kind",
                        "label[0] label",
                        "features",
                        "id",
                        "pmod(id, 3) day")
                .repartition(2)
                .write()
                .partitionBy("day")
                .parquet(days.toString());
        return days;
    }

    private static CollectOptions options(Columns columns) {
        return CollectOptions.defaults()
                .withFisher(Fisher.monteCarlo(2, 5))
                .withKinds(StatisticKind.KRONECKER, StatisticKind.DIAGONAL)
                .withBlockRows(7)
                .withGroups(3)
                .withColumns(columns);
    }

    private static final Columns COLUMNS = Columns.of("features", "label").withId("id");

    private static Collected collect(Dataset<Row> data, Columns columns) {
        return SparkKfac.collect(NETWORK, data, options(columns));
    }

    private static Collected collect(DataSource source, Columns columns) {
        return collect(source.read(session(), Samples.INPUTS), columns);
    }

    private static void assertSame(Collected found, Collected expected) {
        assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(Samples.bytes(found.statistics())).isEqualTo(Samples.bytes(expected.statistics()));
    }

    private DataSource parquet(Path path) {
        return new DataSource("parquet", Optional.of(path.toString()), Map.of());
    }

    @Test
    void aTableOrViewIsReadLikeTheFilesBehindIt() {
        DataSource files = parquet(days());
        files.read(session(), Samples.INPUTS).createOrReplaceTempView("images");
        Collected expected = collect(files, COLUMNS);
        assertThat(expected.input().fileSplits()).isTrue();
        assertSame(collect(DataSource.ofTable("images"), COLUMNS), expected);
        assertSame(collect(DataSource.ofTable("parquet.`" + directory.resolve("days") + "`"), COLUMNS), expected);
        session().catalog().dropTempView("images");
    }

    @Test
    void aTableThatIsUnknownIsNamed() {
        assertThatThrownBy(() -> DataSource.ofTable("no.where").read(session(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("table of the rows: 'no.where': ")
                .hasMessageContaining("cannot be found")
                .hasMessageContaining("Check the name")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> DataSource.ofTable("a table").read(session(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("table of the rows: 'a table': ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aConditionLeavesRowsOutAndKeepsTheOrderOfFiles() {
        DataSource some = parquet(days()).where("day < 2 and kind <> 'top'");
        Collected found = collect(some, COLUMNS);
        assertThat(found.input().fileSplits()).isTrue();
        List<Samples> kept = ROWS.stream()
                .filter(row -> Math.floorMod(row.id(), 3) < 2 && row.y()[0] < 2)
                .map(Samples::withUnitWeight)
                .toList();
        assertThat(kept).hasSizeBetween(20, 60);
        Samples.assertNear(
                found.statistics(), Samples.local(NETWORK, options(COLUMNS).plan(), kept), 1e-12);
    }

    @Test
    void daysThatAConditionExcludesAreNotOpened() throws IOException {
        Path days = days();
        Collected whole = collect(parquet(days).where("day = 1"), COLUMNS);
        int splits = collect(parquet(days), COLUMNS).input().splits();
        try (var files = Files.newDirectoryStream(days.resolve("day=0"), "*.parquet")) {
            for (Path file : files) {
                Files.writeString(file, "no Parquet");
            }
        }
        Dataset<Row> rows = session()
                .read()
                .schema("features array<double>, label double, id long, day int")
                .parquet(days.toString())
                .where("day = 1");
        Collected found = collect(rows, COLUMNS);
        assertThat(found.input().splits()).isLessThan(splits);
        assertSame(found, whole);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            label >             | Syntax error at or near end of input
            labl > 1            | labl
            id + 1              | is not a boolean
            sum(id) > 3         | sum(id)
            no_such(id) > 3     | no_such
            """)
    void aConditionThatIsNoneIsToldInOneLine(String condition, String problem) {
        assertThatThrownBy(() -> parquet(days()).where(condition).read(session(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("condition on the rows: '" + condition + "' is no condition on these rows: ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("SQLSTATE");
    }

    /** Indexes the kind, assembles a … e and scales them. */
    private Path pipeline(Dataset<Row> data) throws IOException {
        Path saved = directory.resolve("pipeline");
        new Pipeline()
                .setStages(new PipelineStage[] {
                    new StringIndexer()
                            .setInputCol("kind")
                            .setOutputCol("index")
                            .setStringOrderType("alphabetAsc"),
                    new VectorAssembler()
                            .setInputCols(new String[] {"a", "b", "c", "d", "e"})
                            .setOutputCol("assembled"),
                    new StandardScaler()
                            .setWithMean(true)
                            .setInputCol("assembled")
                            .setOutputCol("scaled")
                })
                .fit(data)
                .write()
                .save(saved.toString());
        return saved;
    }

    @Test
    void aPipelineMakesTheColumns() throws IOException {
        Dataset<Row> data = parquet(days()).read(session(), Samples.INPUTS);
        Path saved = pipeline(data);
        Columns made = Columns.of("scaled", "index").withId("id");
        Collected found =
                collect(parquet(directory.resolve("days")).where("day > 0").through(saved.toString()), made);
        assertThat(found.input().fileSplits()).isTrue();

        Row moments = data.selectExpr(List.of("a", "b", "c", "d", "e").stream()
                        .flatMap(name -> java.util.stream.Stream.of("avg(" + name + ")", "stddev(" + name + ")"))
                        .toArray(String[]::new))
                .head();
        List<Samples> scaled = ROWS.stream()
                .filter(row -> Math.floorMod(row.id(), 3) > 0)
                .map(row -> new Samples(scaled(row.x(), moments), row.y(), 1, row.id()))
                .toList();
        Samples.assertNear(
                found.statistics(), Samples.local(NETWORK, options(made).plan(), scaled), 1e-9);
    }

    private static double[] scaled(double[] x, Row moments) {
        double[] scaled = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = (x[i] - moments.getDouble(2 * i)) / moments.getDouble(2 * i + 1);
        }
        return scaled;
    }

    @Test
    void aPathWithoutAPipelineModelIsRefused() throws IOException {
        DataSource rows = parquet(days());
        for (String path : List.of(directory.resolve("days").toString(), directory + "/nowhere")) {
            assertThatThrownBy(() -> rows.through(path).read(session(), 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(
                            "pipeline of the rows: " + path + ": holds no PipelineModel that this Spark can")
                    .hasMessageNotContaining("\n");
        }
        Path assembler = directory.resolve("assembler");
        new VectorAssembler().write().save(assembler.toString());
        assertThatThrownBy(() -> rows.through(assembler.toString()).read(session(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("VectorAssembler")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aPipelineThatDoesNotFitTheColumnsIsRefused() throws IOException {
        Dataset<Row> data = parquet(days()).read(session(), Samples.INPUTS);
        Path saved = pipeline(data);
        Path other = directory.resolve("other");
        data.drop("c").write().parquet(other.toString());
        assertThatThrownBy(() -> parquet(other).through(saved.toString()).read(session(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("pipeline of the rows: " + saved + ": cannot be applied to these rows: ")
                .hasMessageContaining("c")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a    | null        | Encountered null while assembling a row
            kind | 'unheard of'| Unseen label: unheard of
            """)
    void aRowThatThePipelineCannotTakeIsTheUsersToMend(String column, String value, String problem) throws IOException {
        Dataset<Row> data = parquet(days()).read(session(), Samples.INPUTS);
        Path saved = pipeline(data);
        Path other = directory.resolve("other");
        data.withColumn(
                        column,
                        functions.expr(
                                "case when id = " + ROWS.get(4).id() + " then " + value + " else " + column + " end"))
                .coalesce(1)
                .write()
                .parquet(other.toString());
        assertThatThrownBy(() -> collect(
                        parquet(other).through(saved.toString()),
                        Columns.of("scaled", "index").withId("id")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("bad row: " + other + "/part-00000")
                .hasMessageContaining("a pipeline or a condition cannot take it (" + problem)
                .hasMessageNotContaining("\n");
    }

    @Test
    void fieldsOfNestedColumnsAreNamedWithDots() {
        Path nested = directory.resolve("nested");
        parquet(days())
                .read(session(), Samples.INPUTS)
                .selectExpr("struct(a, b, struct(c, d, e) as rest) as x", "struct(label as `class`) as y", "id")
                .coalesce(1)
                .write()
                .parquet(nested.toString());
        Columns columns = new Columns(
                List.of("x.a", "x.b", "x.rest.c", "x.rest.d", "x.rest.e"),
                List.of("y.class"),
                Optional.empty(),
                Optional.of("id"));
        Collected found = collect(parquet(nested), columns);
        assertThat(found.input().fileSplits()).isTrue();
        Collected flat = collect(parquet(directory.resolve("days")), COLUMNS);
        assertThat(found.fingerprint()).isEqualTo(flat.fingerprint());
    }
}
