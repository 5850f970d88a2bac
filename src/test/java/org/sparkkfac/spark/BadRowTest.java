package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.DataSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** A row that cannot be used is the user's to mend: one message, no stack trace of Spark's, no second try. */
final class BadRowTest {
    private static final int ROWS = 12;
    private static final int BAD = 8;

    @TempDir
    private Path directory;

    private static final Network SOFTMAX = Samples.network(Cases.one(), "softmax");

    private static String refusal(Network network, Dataset<Row> data, Columns columns) {
        return refusal(network, data, Samples.options(Fisher.exact()).withColumns(columns));
    }

    private static String refusal(Network network, Dataset<Row> data, CollectOptions options) {
        JobCount count = new JobCount();
        Throwable thrown = count.during(
                LocalSpark.shared().sparkContext(),
                () -> catchThrowable(() -> SparkKfac.collect(network, data, options)));
        assertThat(thrown).isInstanceOf(UserException.class);
        assertThat(count.failedTasks()).as("failed tasks").isZero();
        assertThat(count.jobs()).as("jobs").isLessThanOrEqualTo(1);
        assertThat(thrown.getMessage())
                .doesNotContain("\n")
                .doesNotContain("org.apache")
                .doesNotContain("Exception");
        return thrown.getMessage();
    }

    /** One file of rows with ids 101, 102, …, of which row {@link #BAD} has an expression for one column. */
    private Dataset<Row> file(String column, String expression) {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS))
                .withColumn("id", functions.expr("(1000 - id) / 7 + 101").cast("long"))
                .withColumn("label", functions.expr("label[0]"));
        data = data.withColumn(
                column,
                functions
                        .when(functions.col("id").equalTo(100 + BAD), functions.expr(expression))
                        .otherwise(functions.col(column)));
        data.coalesce(1).write().parquet(directory.resolve("rows").toString());
        return LocalSpark.shared().read().parquet(directory.resolve("rows").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            features | null                                                             | features is null
            features | array(1D, null, 3D, 4D, 5D)                                      | features[1] is null
            features | array(1D, 2D, 3D, 4D, double('nan'))                             | features[4] is NaN
            features | array(1D, double('infinity'), 3D, 4D, 5D)                        | features[1] is Infinity
            features | array(double('-infinity'), 2D, 3D, 4D, 5D)                       | features[0] is -Infinity
            features | array(1D, 2D, 3D, 4D)                                            | features has 4 numbers but the network has 5 inputs
            features | array(1D, 2D, 3D, 4D, 5D, 6D)                                    | features has 6 numbers but the network has 5 inputs
            features | cast(array() as array<double>)                                   | features has 0 numbers but the network has 5 inputs
            label    | 3D                                                               | column label: label 3.0 must be a class index 0 … 2
            label    | -1D                                                              | column label: label -1.0 must be a class index 0 … 2
            label    | 0.5D                                                             | column label: label 0.5 must be a class index 0 … 2
            label    | null                                                             | label is null
            label    | double('nan')                                                    | label is NaN
            label    | double('-infinity')                                              | label is -Infinity
            weight   | -0.25D                                                           | weight is -0.25
            weight   | double('nan')                                                    | weight is NaN
            weight   | double('infinity')                                               | weight is Infinity
            weight   | null                                                             | weight is null
            """)
    void theMessageNamesFileRowIdColumnAndWhatToDo(String column, String expression, String problem) {
        String message = refusal(SOFTMAX, file(column, expression), Samples.COLUMNS);
        assertThat(message)
                .startsWith("bad row: " + directory.resolve("rows") + "/part-00000-")
                .contains(", row " + BAD + ", id " + (100 + BAD) + ": ")
                .contains(problem)
                .endsWith("; mend the row, or skip bad rows");
    }

    @Test
    void aRowWithoutItsIdIsBad() {
        assertThat(refusal(SOFTMAX, file("id", "null"), Samples.COLUMNS))
                .contains("/part-00000-")
                .contains(", row " + BAD + ": id is null, but every row needs its id;");
    }

    @Test
    void aTextIsNamedAsItStands() {
        Dataset<Row> data = file("weight", "-1D").withColumn("id", functions.expr("concat('k/', id)"));
        assertThat(refusal(SOFTMAX, data, Samples.COLUMNS)).contains(", row " + BAD + ", id k/" + (100 + BAD) + ": ");
    }

    @Test
    void aTextThatIsMissingIsBad() {
        Dataset<Row> data = file("weight", "weight")
                .withColumn("id", functions.expr("case when id = 108 then null else concat('k/', id) end"));
        assertThat(refusal(SOFTMAX, data, Samples.COLUMNS))
                .contains(", row " + BAD + ": id is null, but every row needs its id;");
    }

    @Test
    void withoutFilesThePlaceIsThePositionInThePartition() {
        List<Samples> rows = new ArrayList<>(Samples.random(Cases.one(), "softmax", ROWS));
        rows.set(4, rows.get(4).withLabel(7));
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rows).coalesce(1);
        assertThat(refusal(SOFTMAX, data, Columns.of("features", "label")))
                .isEqualTo("bad row: row 5 of its partition: column label: label 7.0 must be a class index 0 … 2;"
                        + " mend the row, or skip bad rows");
    }

    @Test
    void theFirstBadRowInTheOrderOfThePlanIsNamed() {
        List<Samples> rows = new ArrayList<>(Samples.random(Cases.one(), "softmax", ROWS));
        for (int i = 5; i < ROWS; i++) {
            rows.set(i, rows.get(i).withLabel(9).withId(500 + i));
        }
        Dataset<Row> data = LocalSpark.shared()
                .createDataFrame(
                        new org.apache.spark.api.java.JavaSparkContext(
                                        LocalSpark.shared().sparkContext())
                                .parallelize(rows.stream().map(Samples::row).toList(), 6),
                        Samples.SCHEMA);
        for (int groups : new int[] {1, 2, 6}) {
            assertThat(refusal(SOFTMAX, data, Samples.options(Fisher.exact()).withGroups(groups)))
                    .contains("row 2 of its partition, id 505: ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sigmoid  | array(0D, 1D)               | label has 2 number(s) but the network has 3 output(s)
            sigmoid  | array(0D, 1D, 1.5D)         | label 1.5 must be in [0, 1]
            poisson  | array(0D, 1D, -1D)          | label -1.0 must be a count ≥ 0
            gaussian | array(0D)                   | label has 1 number(s) but the network has 3 output(s)
            gaussian | array(0D, null, 1D)         | label[1] is null
            softmax  | array(0.5D, 0.5D)           | label has 2 number(s) but the network has 3 output(s)
            softmax  | array(0.5D, 0.5D, 0.5D)     | label probabilities sum to 1.5, not to 1
            softmax  | array(1.5D, -0.5D, 0D)      | label 1.5 must be a probability
            softmax  | cast(array() as array<double>) | label has 0 number(s)
            """)
    void labelsFitTheLikelihood(String likelihood, String label, String problem) {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), likelihood, ROWS))
                .withColumn("label", functions.expr("case when id = 1000 - 21 then " + label + " else label end"));
        assertThat(refusal(Samples.network(Cases.one(), likelihood), data, Samples.COLUMNS))
                .contains("id 979: ")
                .contains(problem);
    }

    @Test
    void aListOfColumnsNamesTheOneAtFault() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS))
                .selectExpr(
                        "features[0] a",
                        "features[1] b",
                        "case when id = 993 then null else features[2] end as c",
                        "cast(features[3] as string) d",
                        "case when id = 979 then 'n/a' else '1.5' end as e",
                        "label[0] as label",
                        "id");
        List<String> features = List.of("a", "b", "c", "d", "e");
        Columns columns = new Columns(features, List.of("label"), Optional.empty(), Optional.of("id"));
        assertThat(refusal(SOFTMAX, data, columns)).contains("id 993: c is null or not a number;");
        assertThat(refusal(SOFTMAX, data.where("id <> 993"), columns)).contains("id 979: e is null or not a number;");
        Columns fewer = new Columns(features.subList(0, 2), List.of("label"), Optional.empty(), Optional.of("id"));
        assertThat(refusal(SOFTMAX, data, fewer))
                .isEqualTo("feature columns: names 2 columns but the network has 5 inputs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"features", "label", "weight", "id"})
    void aMissingColumnIsToldWithThoseThatAreThere(String missing) {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS))
                .withColumnRenamed(missing, "other");
        assertThat(refusal(SOFTMAX, data, Samples.COLUMNS))
                .startsWith("column '" + missing + "' is not in the data, which has [")
                .contains("other");
    }

    @Test
    void aColumnThatIsThereTwiceIsNeither() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS));
        assertThat(refusal(SOFTMAX, data.crossJoin(data.select("weight")), Samples.COLUMNS))
                .isEqualTo("column 'weight' is in the data more than once: [features, label, weight, id, weight];"
                        + " rename one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            features | date'2020-01-01'     | features column 'features' is date; it must be numeric, a vector or an array of numbers
            features | array('a')           | features column 'features' is array<string>; it must be numeric, a vector or an array of numbers
            features | map(1, 2)            | features column 'features' is map<int,int>; it must be numeric, a vector or an array of numbers
            label    | struct(1 as a)       | label column 'label' is struct<a:int>; it must be numeric, a vector or an array of numbers
            weight   | array(1D)            | weight column 'weight' is array<double>; it must be numeric
            weight   | date'2020-01-01'     | weight column 'weight' is date; it must be numeric
            id       | 1.5D                 | id column 'id' is double; an id must be a whole number or a string
            id       | array(1)             | id column 'id' is array<int>; an id must be a whole number or a string
            """)
    void aColumnOfTheWrongTypeIsRefusedBeforeAnyJob(String column, String expression, String problem) {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS))
                .withColumn(column, functions.expr(expression));
        assertThat(refusal(SOFTMAX, data, Samples.COLUMNS)).isEqualTo(problem);
    }

    @Test
    void anArrayAmongSeveralFeatureColumnsIsRefused() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS));
        Columns columns =
                new Columns(List.of("weight", "features"), List.of("label"), Optional.empty(), Optional.empty());
        assertThat(refusal(SOFTMAX, data, columns))
                .isEqualTo("features column 'features' is array<double>; it must be numeric");
    }

    @Test
    void empiricalFisherWithoutLabelsIsRefused() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS));
        assertThat(refusal(
                        SOFTMAX, data, Samples.options(Fisher.empirical()).withColumns(Columns.unlabelled("features"))))
                .isEqualTo("the empirical Fisher matrix needs labels; name their columns");
    }

    @Test
    void aDatasetWithoutRowsIsRefused() throws IOException {
        Dataset<Row> none = Samples.dataset(LocalSpark.shared(), List.of());
        String message = "the dataset is empty; check where its rows come from";
        assertThat(refusal(SOFTMAX, none, Samples.COLUMNS)).isEqualTo(message);
        Dataset<Row> some = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS));
        assertThat(refusal(SOFTMAX, some.where("id < 0"), Samples.COLUMNS)).isEqualTo(message);

        Path files = Files.createDirectory(directory.resolve("empty"));
        for (int i = 0; i < 3; i++) {
            Files.createFile(files.resolve("part-" + i + ".csv"));
        }
        Dataset<Row> csv = LocalSpark.shared()
                .read()
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(files.toString());
        Columns columns =
                new Columns(List.of("a", "b", "c", "d", "e"), List.of("label"), Optional.empty(), Optional.empty());
        assertThat(refusal(SOFTMAX, csv, columns)).isEqualTo(message);

        some.where("id < 0")
                .repartition(3)
                .write()
                .parquet(directory.resolve("none").toString());
        Dataset<Row> parquet =
                LocalSpark.shared().read().parquet(directory.resolve("none").toString());
        assertThat(refusal(SOFTMAX, parquet, Samples.COLUMNS)).isEqualTo(message);
    }

    @Test
    void rowsThatAllWeighNothingAreRefused() {
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "softmax", ROWS))
                .withColumn("weight", functions.lit(0));
        assertThat(refusal(SOFTMAX, data, Samples.COLUMNS))
                .isEqualTo("all 12 rows have weight 0; a mean over them does not exist");
    }

    @Test
    void sumsThatOverflowAreANumericalFailure() {
        Network poisson = Samples.network(Cases.one(), "poisson");
        ParameterVector huge = ParameterVector.zeros(poisson.layers());
        huge.block(0).map(zero -> 1);
        DoubleMatrix last = huge.block(1);
        last.map(zero -> 900);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(Cases.one(), "poisson", ROWS))
                .withColumn("features", functions.expr("transform(features, x -> 10D + x)"));
        for (Fisher fisher : List.of(Fisher.exact(), Fisher.monteCarlo(2, 1), Fisher.empirical())) {
            assertThat(catchThrowable(
                            () -> SparkKfac.collect(poisson.withParameters(huge), data, Samples.options(fisher))))
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("is NaN or infinite though every row is finite")
                    .hasMessageContaining("check its weights and the scale of the features");
        }
    }

    // What the sources themselves cannot read.

    private static final String GOOD_LINE = "1 1:0.5 2:1 3:2.5 4:-1 5:0";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 1:0.5 2:nan 3:2.5    | the source's reader cannot parse it
            1 1:0.5 2:NaN 3:2.5    | features[1] is NaN
            x 1:0.5                | the source's reader cannot parse it
            1 1:0.5 two:2          | the source's reader cannot parse it
            5 1:0.5                | label 5.0 must be a class index
            1 2:0.5 1:1            | the source's reader cannot parse it
            """)
    void aLineOfLibsvmThatIsNone(String line, String problem) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            lines.add(i == BAD ? line : GOOD_LINE);
        }
        Path file = directory.resolve("rows.libsvm");
        Files.write(file, lines);
        Dataset<Row> data = new DataSource("libsvm", Optional.of(file.toString()), Map.of())
                .read(LocalSpark.shared(), Samples.INPUTS);
        assertThat(refusal(SOFTMAX, data, Columns.of("features", "label")))
                .startsWith("bad row: " + file + ", row " + BAD + ": ")
                .contains(problem);
    }

    @Test
    void aLineOfLibsvmWithTooManyFeatures() throws IOException {
        Path file = directory.resolve("rows.libsvm");
        Files.write(file, List.of(GOOD_LINE, GOOD_LINE + " 6:1"));
        Dataset<Row> data = new DataSource("libsvm", Optional.of(file.toString()), Map.of())
                .read(LocalSpark.shared(), Samples.INPUTS);
        assertThat(refusal(SOFTMAX, data, Columns.of("features", "label")))
                .startsWith("bad row: " + file + ", row 2: ");
    }

    private Dataset<Row> csv(String badLine, Map<String, String> options) throws IOException {
        List<String> lines = new ArrayList<>(List.of("a,b,c,d,e,label"));
        for (int i = 1; i <= ROWS; i++) {
            lines.add(i == BAD ? badLine : "1,2,3,4,5,0");
        }
        Files.write(directory.resolve("rows.csv"), lines);
        return LocalSpark.shared()
                .read()
                .option("header", "true")
                .options(options)
                .csv(directory.resolve("rows.csv").toString());
    }

    private static final Columns CSV =
            new Columns(List.of("a", "b", "c", "d", "e"), List.of("label"), Optional.empty(), Optional.empty());

    @Test
    void aWordInACsvWithoutASchemaIsBad() throws IOException {
        assertThat(refusal(SOFTMAX, csv("1,2,three,4,5,0", Map.of()), CSV))
                .startsWith("bad row: " + directory.resolve("rows.csv") + ", row " + BAD + ": ")
                .contains("c is null or not a number");
    }

    @Test
    void aMalformedLineIsBadWithFailfast() throws IOException {
        csv("1,2,three,4,5,0", Map.of());
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("header", "true")
                .option("mode", "FAILFAST")
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(directory.resolve("rows.csv").toString());
        assertThat(refusal(SOFTMAX, data, CSV))
                .startsWith("bad row: " + directory.resolve("rows.csv") + ", row " + BAD + ": ")
                .contains("the source's reader cannot parse it");
    }

    @Test
    void aMalformedLineIsBadWithTheSourcesDefaultMode() throws IOException {
        csv("1,2,three,4,5,0", Map.of());
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("header", "true")
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(directory.resolve("rows.csv").toString());
        assertThat(refusal(SOFTMAX, data, CSV)).contains(", row " + BAD + ": ").contains("c is null");
    }

    @Test
    void aMalformedLineBehindAShuffleIsTheUsersToo() throws IOException {
        csv("1,2,three,4,5,0", Map.of());
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("header", "true")
                .option("mode", "FAILFAST")
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(directory.resolve("rows.csv").toString())
                .repartition(2);
        for (String adaptive : List.of("true", "false")) {
            data.sparkSession().conf().set("spark.sql.adaptive.enabled", adaptive);
            try {
                assertThat(catchThrowable(() -> SparkKfac.collect(
                                SOFTMAX, data, Samples.options(Fisher.exact()).withColumns(CSV))))
                        .isInstanceOf(UserException.class)
                        .hasMessageStartingWith("bad data: the source's reader cannot parse it (Malformed records");
            } finally {
                data.sparkSession().conf().unset("spark.sql.adaptive.enabled");
            }
        }
    }

    @Test
    void aMalformedJsonLineIsBadWithFailfast() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            lines.add(i == BAD ? "{\"features\": [1, 2" : "{\"features\": [1, 2, 3, 4, 5], \"label\": 1}");
        }
        Path file = directory.resolve("rows.json");
        Files.write(file, lines);
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .option("mode", "FAILFAST")
                .schema("features array<double>, label int")
                .json(file.toString());
        assertThat(refusal(SOFTMAX, data, Columns.of("features", "label")))
                .startsWith("bad row: " + file + ", row " + BAD + ": ")
                .contains("the source's reader cannot parse it");
    }

    @Test
    void aParquetFileThatIsNoneIsBad() throws IOException {
        Dataset<Row> data = file("weight", "weight");
        Files.writeString(directory.resolve("rows/part-00009.parquet"), "these bytes are no Parquet file, whatever");
        Dataset<Row> again = LocalSpark.shared()
                .read()
                .schema(data.schema())
                .parquet(directory.resolve("rows").toString());
        assertThat(refusal(SOFTMAX, again, Samples.COLUMNS))
                .startsWith("bad row: " + directory.resolve("rows/part-00009.parquet") + ", row 1: ")
                .contains("the source's reader cannot parse it")
                .contains("is not a Parquet file");
    }

    @Test
    void aParquetFileThatWasCutOffIsBad() throws IOException {
        Dataset<Row> data = file("weight", "weight");
        Path part;
        try (var files = Files.newDirectoryStream(directory.resolve("rows"), "*.parquet")) {
            part = files.iterator().next();
        }
        byte[] bytes = Files.readAllBytes(part);
        Path cut = directory.resolve("rows/part-00009.parquet");
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Dataset<Row> again = LocalSpark.shared()
                .read()
                .schema(data.schema())
                .parquet(directory.resolve("rows").toString());
        assertThat(refusal(SOFTMAX, again, Samples.COLUMNS))
                .startsWith("bad row: " + cut + ", row 1: ")
                .contains("the source's reader cannot parse it");
    }

    @Test
    void theRowIsCountedInItsSplitOfALongFile() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 200; i++) {
            text.append(i == 150 ? "1,2,3,4,5,9\n" : "1,2,3,4,5,0\n");
        }
        Path file = directory.resolve("long.csv");
        Files.writeString(file, text);
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(file.toString());
        CollectOptions options =
                Samples.options(Fisher.exact()).withColumns(CSV).withSplitBytes(1200);
        // Bytes 1200 – 2399 are rows 101 – 200: the line at a split's first byte belongs to the split before.
        assertThat(refusal(SOFTMAX, data, options)).contains(file + ", row 49 of the split at byte 1200: ");
    }

    @Test
    void aPathIsNamedAsTheUserWritesIt() throws IOException {
        Path odd = Files.createDirectory(directory.resolve("mes données, 100 %"));
        Path file = odd.resolve("a b.csv");
        Files.write(file, "1,2,3,4,5,9\n".getBytes(StandardCharsets.UTF_8));
        Dataset<Row> data = LocalSpark.shared()
                .read()
                .schema("a double, b double, c double, d double, e double, label int")
                .csv(odd.toString());
        assertThat(refusal(SOFTMAX, data, CSV)).startsWith("bad row: " + file + ", row 1: ");
    }

    @Test
    void labelsOfTwoLengthsInOneGroup() {
        List<Row> rows = new ArrayList<>();
        for (Samples row : Samples.random(Cases.one(), "softmax", ROWS)) {
            Double[] label = row.id() % 2 == 0 ? new Double[] {1.0} : new Double[] {0.0, 1.0, 0.0};
            rows.add(RowFactory.create(Samples.boxed(row.x()), label, 1.0, row.id()));
        }
        Dataset<Row> data = LocalSpark.shared().createDataFrame(rows, Samples.SCHEMA);
        for (Dataset<Row> order : List.of(data.coalesce(1), data.repartitionByRange(2, functions.expr("id % 2")))) {
            assertThat(SparkKfac.collect(
                                    SOFTMAX,
                                    order,
                                    Samples.options(Fisher.empirical()).withGroups(1))
                            .statistics()
                            .rows())
                    .isEqualTo(ROWS);
        }
    }
}
