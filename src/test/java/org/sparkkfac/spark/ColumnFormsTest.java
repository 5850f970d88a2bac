package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Whatever columns the numbers come in, they are the same numbers. */
final class ColumnFormsTest {
    private static final int ROWS = 23;

    private static Network network;
    private static List<Samples> samples;
    private static StatisticsState expected;

    @BeforeAll
    static void expect() {
        Cases cases = Cases.one();
        network = Samples.network(cases, "gaussian");
        samples = new ArrayList<>();
        for (Samples row : Samples.random(cases, "gaussian", ROWS)) {
            // Multiples of 1/8, which float and decimal hold exactly; some are 0, for sparse vectors.
            double[] x = Arrays.stream(row.x()).map(v -> Math.rint(2 * v) / 8).toArray();
            double[] y = Arrays.stream(row.y()).map(v -> Math.rint(8 * v) / 8).toArray();
            samples.add(new Samples(x, y, row.weight(), row.id()));
        }
        expected = Samples.local(network, options(Samples.COLUMNS).plan(), samples);
    }

    private static CollectOptions options(Columns columns) {
        return Samples.options(Fisher.monteCarlo(2, 3)).withColumns(columns).withGroups(2);
    }

    private static Dataset<Row> data() {
        return Samples.dataset(LocalSpark.shared(), samples);
    }

    private static StatisticsState collect(Dataset<Row> data, Columns columns) {
        return SparkKfac.collect(network, data, options(columns)).statistics();
    }

    private static Stream<Arguments> arrayForms() {
        DataType vector = SQLDataTypes.VectorType();
        DataType oldVector = new org.apache.spark.mllib.linalg.VectorUDT();
        Map<String, Function<double[], Object>> forms = new LinkedHashMap<>();
        forms.put("dense", Vectors::dense);
        forms.put("sparse", x -> Vectors.dense(x).toSparse());
        forms.put("mixed", x -> x[0] > 0 ? Vectors.dense(x) : Vectors.dense(x).toSparse());
        Stream<Arguments> vectors =
                forms.entrySet().stream().map(form -> Arguments.of(form.getKey() + " vector", vector, form.getValue()));
        Function<double[], Object> old = org.apache.spark.mllib.linalg.Vectors::dense;
        Function<double[], Object> oldSparse =
                x -> org.apache.spark.mllib.linalg.Vectors.dense(x).toSparse();
        return Stream.concat(
                vectors,
                Stream.of(
                        Arguments.of("mllib vector", oldVector, old),
                        Arguments.of("sparse mllib vector", oldVector, oldSparse)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("arrayForms")
    void vectorsOfEveryKindAreRead(String name, DataType type, Function<double[], Object> form) {
        List<Row> rows = samples.stream()
                .map(row -> RowFactory.create(form.apply(row.x()), form.apply(row.y()), row.weight(), row.id()))
                .toList();
        Dataset<Row> data = LocalSpark.shared()
                .createDataFrame(
                        rows,
                        Samples.schema(
                                new StructField("features", type, true, null),
                                new StructField("label", type, true, null),
                                new StructField("weight", DataTypes.DoubleType, true, null),
                                new StructField("id", DataTypes.LongType, true, null)));
        Samples.assertNear(collect(data, Samples.COLUMNS), expected, 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"array<float>", "array<double>", "array<decimal(12,4)>"})
    void arraysOfEveryNumberAreRead(String type) {
        Dataset<Row> data = data().withColumn(
                        "features", functions.col("features").cast(type))
                .withColumn("label", functions.col("label").cast(type));
        Samples.assertNear(collect(data, Samples.COLUMNS), expected, 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "float", "decimal(12,4)", "string"})
    void listsOfColumnsAreReadInTheirOrder(String type) {
        Columns columns = new Columns(
                List.of("f0", "f1", "f2", "f3", "f4"),
                List.of("l0", "l1", "l2"),
                Optional.of("weight"),
                Optional.of("id"));
        Samples.assertNear(collect(spread(type), columns), expected, 1e-12);

        Columns swapped =
                new Columns(List.of("f1", "f0", "f2", "f3", "f4"), columns.label(), columns.weight(), columns.id());
        assertFar(collect(spread("double"), swapped));
    }

    /** The arrays spread over columns, in another order than that of the network's inputs. */
    private static Dataset<Row> spread(String type) {
        List<String> expressions = new ArrayList<>(List.of("id", "weight"));
        for (int i = Samples.OUTPUTS - 1; i >= 0; i--) {
            expressions.add("cast(label[" + i + "] as " + type + ") as l" + i);
        }
        for (int i = Samples.INPUTS - 1; i >= 0; i--) {
            expressions.add("cast(features[" + i + "] as " + type + ") as f" + i);
        }
        return data().selectExpr(expressions.toArray(String[]::new));
    }

    @Test
    void columnsOfManyTypesMakeOneRow() {
        List<Row> rows = new ArrayList<>();
        List<Samples> numbers = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            boolean flag = i % 3 == 0;
            rows.add(RowFactory.create(
                    i, 2L - i, 0.5f * i, new BigDecimal(i).movePointLeft(1), flag, " " + i + ".25 ", (short) i));
            double[] x = {2L - i, 0.5f * i, i / 10.0, flag ? 1 : 0, i + 0.25};
            numbers.add(new Samples(x, new double[] {i, i, i}, 1, i));
        }
        Dataset<Row> data = LocalSpark.shared()
                .createDataFrame(
                        rows,
                        Samples.schema(
                                new StructField("int", DataTypes.IntegerType, true, null),
                                new StructField("long", DataTypes.LongType, true, null),
                                new StructField("float", DataTypes.FloatType, true, null),
                                new StructField("decimal", DataTypes.createDecimalType(8, 2), true, null),
                                new StructField("boolean", DataTypes.BooleanType, true, null),
                                new StructField("string", DataTypes.StringType, true, null),
                                new StructField("short", DataTypes.ShortType, true, null)));
        Columns columns = new Columns(
                List.of("long", "float", "decimal", "boolean", "string"),
                List.of("int", "short", "int"),
                Optional.empty(),
                Optional.of("int"));
        Samples.assertNear(
                collect(data, columns), Samples.local(network, options(columns).plan(), numbers), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "float", "int", "boolean", "string"})
    void oneNumberIsAFeatureAndALabel(String type) {
        Network small = Samples.network(Cases.one(), "sigmoid", 1, 1);
        List<Samples> bits = IntStream.range(0, ROWS)
                .mapToObj(i -> new Samples(new double[] {i % 2}, new double[] {i % 3 == 0 ? 1 : 0}, 1, i))
                .toList();
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), bits)
                .selectExpr("cast(features[0] as " + type + ") x", "cast(label[0] as " + type + ") y", "id");
        CollectOptions options = options(Columns.of("x", "y").withId("id"));
        Samples.assertNear(
                SparkKfac.collect(small, data, options).statistics(),
                Samples.local(small, options.plan(), bits),
                1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "tinyint", "bigint", "double", "string"})
    void classIndicesComeInAnyNumber(String type) {
        Cases cases = Cases.one();
        Network classes = Samples.network(cases, "softmax");
        List<Samples> rows = Samples.random(cases, "softmax", ROWS);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rows)
                .withColumn("label", functions.expr("cast(label[0] as " + type + ")"));
        CollectOptions options = options(Samples.COLUMNS);
        Samples.assertNear(
                SparkKfac.collect(classes, data, options).statistics(),
                Samples.local(classes, options.plan(), rows),
                1e-12);
    }

    @Test
    void probabilitiesAreLabelsToo() {
        Cases cases = Cases.one();
        Network classes = Samples.network(cases, "softmax");
        List<Samples> rows = samples.stream()
                .map(row -> {
                    double p = cases.uniform(0, 1);
                    return row.withLabel(p, 0, 1 - p);
                })
                .toList();
        CollectOptions options = options(Samples.COLUMNS);
        Samples.assertNear(
                SparkKfac.collect(classes, Samples.dataset(LocalSpark.shared(), rows), options)
                        .statistics(),
                Samples.local(classes, options.plan(), rows),
                1e-12);
    }

    @Test
    void rowsWithoutLabelsHaveNeitherLossNorGradient() {
        List<Samples> unlabelled = samples.stream().map(Samples::withLabel).toList();
        StatisticsState state = collect(
                data(), Columns.unlabelled("features").withWeight("weight").withId("id"));
        assertThat(state.meanLoss()).isEmpty();
        assertThat(state.gradientSum()).isEmpty();
        Samples.assertNear(
                state, Samples.local(network, options(Samples.COLUMNS).plan(), unlabelled), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float", "decimal(20,18)", "string"})
    void weightsAreReadFromAnyNumber(String type) {
        List<Samples> rounded = samples.stream()
                .map(row -> new Samples(row.x(), row.y(), Math.rint(64 * row.weight()) / 64, row.id()))
                .toList();
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), rounded)
                .withColumn("weight", functions.col("weight").cast(type));
        Samples.assertNear(
                collect(data, Samples.COLUMNS),
                Samples.local(network, options(Samples.COLUMNS).plan(), rounded),
                1e-12);
    }

    @Test
    void withoutAWeightColumnRowsWeighOne() {
        List<Samples> unweighted = samples.stream().map(Samples::withUnitWeight).toList();
        Samples.assertNear(
                collect(data(), Columns.of("features", "label").withId("id")),
                Samples.local(network, options(Samples.COLUMNS).plan(), unweighted),
                1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bigint", "int", "smallint"})
    void wholeNumbersAreIds(String type) {
        Dataset<Row> data = data().withColumn("id", functions.col("id").cast(type));
        Samples.assertNear(collect(data, Samples.COLUMNS), expected, 1e-12);
    }

    @Test
    void stringsAreIdsByTheirHash() {
        Dataset<Row> data = data().withColumn("id", functions.expr("concat('row ', id)"));
        Map<Long, Long> hashes =
                data().withColumn("hash", functions.expr("xxhash64(concat('row ', id))")).collectAsList().stream()
                        .collect(Collectors.toMap(row -> row.<Long>getAs("id"), row -> row.<Long>getAs("hash")));
        assertThat(hashes.values()).doesNotHaveDuplicates();
        List<Samples> hashed =
                samples.stream().map(row -> row.withId(hashes.get(row.id()))).toList();
        Samples.assertNear(
                collect(data, Samples.COLUMNS),
                Samples.local(network, options(Samples.COLUMNS).plan(), hashed),
                1e-12);
    }

    @Test
    void withoutAnIdTheFeaturesKeyTheDraws() {
        List<Samples> hashed = samples.stream().map(Samples::withHashId).toList();
        Samples.assertNear(
                collect(data(), Columns.of("features", "label").withWeight("weight")),
                Samples.local(network, options(Samples.COLUMNS).plan(), hashed),
                1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bill length (mm)", "select", "Länge", "a-b", "2nd", "a.b", "tick`"})
    void columnsMayHaveAnyName(String name) {
        for (String type : List.of("double", "string")) {
            Dataset<Row> data = spread(type).withColumnRenamed("f0", name).withColumnRenamed("weight", name + " w");
            Columns columns = new Columns(
                    List.of(name, "f1", "f2", "f3", "f4"),
                    List.of("l0", "l1", "l2"),
                    Optional.of(name + " w"),
                    Optional.of("id"));
            Samples.assertNear(collect(data, columns), expected, 1e-12);
        }
    }

    /** It took minutes when each column was looked up alone. */
    @Test
    @Timeout(60)
    void thousandsOfColumnsAreReadInSeconds(@TempDir Path directory) throws IOException {
        Cases cases = Cases.one();
        int width = 2000;
        Network wide = Samples.network(cases, "gaussian", width, 1);
        List<String> names = IntStream.range(0, width).mapToObj(i -> "c" + i).toList();
        List<String> lines = new ArrayList<>(List.of(String.join(",", names)));
        List<Samples> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double[] x = IntStream.range(0, width)
                    .mapToDouble(j -> cases.integer(0, 255))
                    .toArray();
            lines.add(Arrays.stream(x).mapToObj(Double::toString).collect(Collectors.joining(",")));
            rows.add(new Samples(x, new double[] {x[7]}, 1, 0).withHashId());
        }
        Files.write(directory.resolve("wide.csv"), lines);
        Dataset<Row> data = LocalSpark.shared().read().option("header", "true").csv(directory.toString());
        CollectOptions options = CollectOptions.defaults()
                .withColumns(new Columns(names, List.of("c7"), Optional.empty(), Optional.empty()));
        Samples.assertNear(
                SparkKfac.collect(wide, data, options).statistics(), Samples.local(wide, options.plan(), rows), 1e-12);
    }

    @Test
    void columnsMayBeFieldsOfStructsOrQuoted() {
        Dataset<Row> data =
                data().selectExpr("struct(features as x, cast(weight as string) as w) as in", "label as `a.b`", "id");
        Columns columns = new Columns(List.of("in.x"), List.of("`a.b`"), Optional.of("in.w"), Optional.of("id"));
        Samples.assertNear(collect(data, columns), expected, 1e-12);
    }

    @Test
    void theCaseOfColumnNamesIsSparksBusiness() {
        SparkSession session = LocalSpark.shared();
        assertThat(session.conf().get("spark.sql.caseSensitive")).isEqualTo("false");
        Samples.assertNear(
                collect(
                        data(),
                        Columns.of("FEATURES", "Label").withWeight("WEIGHT").withId("ID")),
                expected,
                1e-12);
    }

    private static void assertFar(StatisticsState other) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Samples.assertNear(other, expected, 1e-3))
                .isInstanceOf(AssertionError.class);
    }
}
