package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.EigenCorrection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.testing.Near;

/** Eigenvalue corrections take a second job over the same rows, and say so where the rows are not the same. */
final class TwoPassTest {
    private static final int ROWS = 61;
    private static final StatisticKind[] ALL = StatisticKind.values();

    /** Whether the second job has begun; tasks of a local session see it. */
    private static volatile boolean second;

    /** Turns {@link #second} on between the jobs. */
    private static final class Stages implements Progress {
        private final List<String> names = new ArrayList<>();

        @Override
        public void start(String what, long totalParts) {
            names.add(what);
            second = what.equals("correct");
        }

        @Override
        public void update(long partsDone, long rows) {}

        @Override
        public void done() {}
    }

    @BeforeEach
    void startAgain() {
        second = false;
    }

    private static Stream<Arguments> everyLikelihoodAndFisher() {
        return Stream.of("softmax", "sigmoid", "gaussian", "poisson")
                .flatMap(likelihood -> Stream.of(Fisher.exact(), Fisher.monteCarlo(3, 11), Fisher.empirical())
                        .map(fisher -> Arguments.of(likelihood, fisher)));
    }

    private static List<EigenBasis> bases(StatisticsState state) {
        return state.statistics(StatisticKind.EIGEN_CORRECTED).stream()
                .map(statistic -> ((EigenCorrection) statistic).basis())
                .toList();
    }

    private static Entries correction(StatisticsState state, int layer, String name) {
        return state.statistics(StatisticKind.EIGEN_CORRECTED).get(layer).sums().get(name);
    }

    private static void assertCorrections(StatisticsState actual, StatisticsState expected, double tolerance) {
        for (int l = 0; l < actual.layers().size(); l++) {
            Near.assertNear(
                    "lambda_matrix of " + actual.layers().get(l).name(),
                    correction(actual, l, EigenCorrection.LAMBDA_MATRIX),
                    correction(expected, l, EigenCorrection.LAMBDA_MATRIX),
                    tolerance);
        }
    }

    @ParameterizedTest
    @MethodSource("everyLikelihoodAndFisher")
    void sparkAndTheLocalPassesAgreeInTheSameBasis(String likelihood, Fisher fisher) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, likelihood);
        List<Samples> samples = Samples.random(cases, likelihood, ROWS);
        CollectOptions options = Samples.options(fisher).withGroups(3).withKinds(ALL);
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), samples).repartition(5);

        StatisticsState state = SparkKfac.collect(network, data, options).statistics();
        assertThat(state.kinds()).containsExactly(ALL);
        StatisticsState local = Samples.localCorrections(network, options.plan(), bases(state), samples);
        assertCorrections(state, local, 1e-12);
        List<Samples> fewer = samples.subList(0, ROWS - 2);
        StatisticsState lost = Samples.localCorrections(network, options.plan(), bases(state), fewer);
        Near.assertFar(
                "the last rows lost",
                correction(lost, 0, EigenCorrection.LAMBDA_MATRIX),
                correction(state, 0, EigenCorrection.LAMBDA_MATRIX));

        // The basis is that of the factors beside it, to the last bit.
        List<EigenBasis> own = EigenBasis.of(state);
        for (int l = 0; l < own.size(); l++) {
            Near.assertSameBits(
                    "U_A",
                    correction(state, l, EigenCorrection.ACTIVATION_EIGENVECTORS),
                    own.get(l).activationVectors());
            Near.assertSameBits(
                    "λ_A",
                    correction(state, l, EigenCorrection.ACTIVATION_EIGENVALUES),
                    own.get(l).activationValues());
            Near.assertSameBits(
                    "U_G",
                    correction(state, l, EigenCorrection.GRADIENT_EIGENVECTORS),
                    own.get(l).gradientVectors());
            Near.assertSameBits(
                    "λ_G",
                    correction(state, l, EigenCorrection.GRADIENT_EIGENVALUES),
                    own.get(l).gradientValues());
        }

        StatisticsState single = SparkKfac.collect(network, data, options.withPrecision(Precision.SINGLE))
                .statistics();
        assertCorrections(single, Samples.localCorrections(network, options.plan(), bases(single), samples), 1e-4);
    }

    @Test
    void thereAreTwoJobsWithCorrectionsAndOneWithout() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        SparkSession session = LocalSpark.shared();
        Dataset<Row> data = Samples.dataset(session, Samples.random(cases, "softmax", ROWS));
        CollectOptions options = Samples.options(Fisher.monteCarlo(1, 0)).withGroups(2);

        Stages stages = new Stages();
        JobCount two = new JobCount();
        StatisticsState state = two.during(
                session.sparkContext(),
                () -> SparkKfac.collect(
                                network,
                                data,
                                options.withKinds(StatisticKind.EIGEN_CORRECTED).withProgress(stages))
                        .statistics());
        assertThat(two.jobs()).isEqualTo(2);
        assertThat(stages.names).containsExactly("collect", "correct");
        assertThat(state.kinds()).containsExactly(StatisticKind.KRONECKER, StatisticKind.EIGEN_CORRECTED);
        assertThat(state.meanLoss()).isPresent();
        assertThat(state.gradientSum()).isPresent();

        JobCount everything = new JobCount();
        everything.during(session.sparkContext(), () -> SparkKfac.collect(network, data, options.withKinds(ALL)));
        assertThat(everything.jobs()).isEqualTo(2);
        JobCount one = new JobCount();
        one.during(session.sparkContext(), () -> SparkKfac.collect(network, data, options));
        assertThat(one.jobs()).isEqualTo(1);
    }

    @Test
    void equalPassesGiveEqualBytes() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        Dataset<Row> data = Samples.dataset(LocalSpark.shared(), Samples.random(cases, "gaussian", ROWS));
        CollectOptions options = Samples.options(Fisher.monteCarlo(2, 1)).withKinds(ALL);
        StatisticsState first = SparkKfac.collect(network, data, options).statistics();
        StatisticsState again = SparkKfac.collect(network, data, options).statistics();
        assertThat(Samples.bytes(again)).isEqualTo(Samples.bytes(first));
        assertThat(Samples.bytes(first))
                .isNotEqualTo(
                        Samples.bytes(SparkKfac.collect(network, data, options.withFisher(Fisher.monteCarlo(2, 2)))
                                .statistics()));
    }

    /** The data with one column made to differ in the second job. */
    private static Dataset<Row> changing(Dataset<Row> data, String column) {
        UDF1<Long, Boolean> changed = id -> second;
        var isSecond = functions
                .udf(changed, DataTypes.BooleanType)
                .asNondeterministic()
                .apply(functions.col("id"));
        return switch (column) {
            case "features" ->
                data.withColumn("isSecond", isSecond)
                        .withColumn("features", functions.expr("transform(features, x -> x + if(isSecond, 1D, 0D))"));
            case "label" ->
                data.withColumn("isSecond", isSecond)
                        .withColumn("label", functions.expr("transform(label, y -> y + if(isSecond, 1D, 0D))"));
            case "weight" ->
                data.withColumn("isSecond", isSecond)
                        .withColumn("weight", functions.expr("if(isSecond, 2D, 1D) * weight"));
            case "id" ->
                data.withColumn("isSecond", isSecond).withColumn("id", functions.expr("if(isSecond, -id, id)"));
            case "rows" -> data.where(functions.not(isSecond).or(functions.expr("id < 980")));
            default -> data.withColumn("isSecond", isSecond);
        };
    }

    private static Runnable collecting(Fisher fisher, String column) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        SparkSession session = LocalSpark.shared();
        // From an RDD: of a list in memory, Spark's optimiser computes the columns when it plans, once for both jobs.
        Dataset<Row> rows = Samples.dataset(session, Samples.random(cases, "gaussian", ROWS));
        Dataset<Row> data = session.createDataFrame(rows.javaRDD(), Samples.SCHEMA);
        CollectOptions options = Samples.options(fisher).withKinds(ALL).withProgress(new Stages());
        return () -> SparkKfac.collect(network, changing(data, column), options);
    }

    private static Stream<Arguments> changes() {
        return Stream.of("features", "label", "weight")
                .flatMap(column -> Stream.of(Fisher.exact(), Fisher.monteCarlo(1, 0), Fisher.empirical())
                        .map(fisher -> Arguments.of(column, fisher)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void dataThatChangeBetweenThePassesAreRefused(String column, Fisher fisher) {
        assertThatThrownBy(collecting(fisher, column)::run)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the data changed between two passes over them (fingerprint ")
                .hasMessageEndingWith("; collect from data that stay as they are");
    }

    @Test
    void rowsThatGoAwayBetweenThePassesAreRefused() {
        assertThatThrownBy(collecting(Fisher.exact(), "rows")::run)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the data changed between two passes over them (fingerprint ")
                .hasMessageMatching(".*-61, then [0-9a-f]{16}-[0-5]?[0-9]\\).*");
    }

    /** Ids key the Monte-Carlo draws and nothing else. */
    @Test
    void idsThatChangeBetweenThePassesAreRefusedWhereTheyKeyDraws() {
        assertThatThrownBy(collecting(Fisher.monteCarlo(1, 0), "id")::run)
                .isInstanceOf(UserException.class)
                .hasMessage("the ids of rows changed between two passes, and with them the Monte-Carlo draws;"
                        + " name a column of ids that stays as it is, or none");
        collecting(Fisher.exact(), "id").run();
        collecting(Fisher.empirical(), "id").run();
        collecting(Fisher.monteCarlo(1, 0), "nothing").run();
    }

    @Test
    void aFullMatrixTooLargeIsRefusedBeforeAnyJob() {
        Cases cases = Cases.one();
        int inputs = 11999;
        Network network = Samples.network(cases, "gaussian", inputs, 6);
        SparkSession session = LocalSpark.shared();
        double[] wide = new double[inputs];
        Arrays.fill(wide, 1);
        Dataset<Row> data = Samples.dataset(session, List.of(new Samples(wide, new double[6], 1, 0)));
        JobCount count = new JobCount();
        assertThatThrownBy(() -> count.during(
                        session.sparkContext(),
                        () -> SparkKfac.collect(
                                network, data, Samples.options(Fisher.exact()).withKinds(StatisticKind.FULL))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("full of 48,024 parameters takes 8,844 MiB; choose exact-block or kronecker");
        assertThat(count.jobs()).isZero();
    }
}
