package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.PassContract;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowRange;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.testing.Asked;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Sums for training steps over blocks that Spark keeps. */
final class SparkPassTest {
    private static final int ROWS = 83;
    private static final int GROUPS = 5;

    private static SparkPass open(StepSamples samples, Precision precision, Network network) {
        return SparkPass.open(
                samples.dataset(LocalSpark.shared()),
                samples.options(precision),
                network,
                StorageLevel.MEMORY_AND_DISK());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theBytesAreThoseOfTheSameBlocksInOneProcess(Precision precision) {
        Cases.each(4, cases -> {
            String likelihood =
                    List.of("softmax", "sigmoid", "gaussian", "poisson").get(cases.integer(0, 3));
            Network network = Samples.network(cases, likelihood);
            StepSamples samples = StepSamples.random(cases, likelihood, ROWS, GROUPS);
            LocalPass local = samples.local(network, precision);
            try (SparkPass pass = open(samples, precision, network)) {
                assertThat(pass.blocks()).isEqualTo(local.blocks());
                Request all =
                        PassContract.everything(cases, network, pass.blocks().all());
                assertThat(Asked.bytes(pass.run(network, all))).isEqualTo(Asked.bytes(local.run(network, all)));
                for (int i = 0; i < 4; i++) {
                    Request some =
                            StepSamples.something(cases, network, pass.blocks().all());
                    Network elsewhere = cases.withParameters(network);
                    assertThat(Asked.bytes(pass.run(elsewhere, some)))
                            .isEqualTo(Asked.bytes(local.run(elsewhere, some)));
                }
            }
        });
    }

    @Test
    void theOrderOfTheGroupsIsSeenInTheBytes() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        StepSamples samples = StepSamples.random(cases, "softmax", ROWS, GROUPS);
        LocalPass local = samples.local(network, Precision.DOUBLE);
        List<List<RowBlock>> reversed = new ArrayList<>(local.groups());
        Collections.reverse(reversed);
        LocalPass other = new LocalPass(reversed, Precision.DOUBLE, false);
        try (SparkPass pass = open(samples, Precision.DOUBLE, network)) {
            byte[] bytes = Asked.bytes(
                    pass.run(network, Request.gradient(network, pass.blocks().all())));
            assertThat(Asked.bytes(other.run(
                            network, Request.gradient(network, other.blocks().all()))))
                    .isNotEqualTo(bytes);
        }
    }

    @Test
    void aCallIsOneJobWithATaskForEveryGroupThatIsAskedFor() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        SparkSession session = LocalSpark.shared();
        try (SparkPass pass = open(StepSamples.random(cases, "softmax", ROWS, GROUPS), Precision.DOUBLE, network)) {
            JobCount all = new JobCount();
            all.during(
                    session.sparkContext(),
                    () -> pass.run(
                            network,
                            PassContract.everything(
                                    cases, network, pass.blocks().all())));
            assertThat(all.jobs()).isEqualTo(1);
            assertThat(all.tasks()).isEqualTo(GROUPS);
            JobCount two = new JobCount();
            RowSelection rows = new RowSelection(List.of(new RowRange(1, 0, 3), new RowRange(9, 1, 2)));
            two.during(session.sparkContext(), () -> pass.run(network, Request.gradient(network, rows)));
            assertThat(two.jobs()).isEqualTo(1);
            assertThat(two.tasks()).isEqualTo(2);
            JobCount none = new JobCount();
            none.during(session.sparkContext(), () -> pass.run(network, Request.gradient(network, RowSelection.NONE)));
            assertThat(none.jobs()).isZero();
        }
    }

    @Test
    void nothingIsKeptAfterTheEnd() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        var kept = LocalSpark.shared().sparkContext().getPersistentRDDs();
        SparkPass pass = open(StepSamples.random(cases, "softmax", ROWS, GROUPS), Precision.DOUBLE, network);
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(kept.size() + 1);
        pass.close();
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(kept.size());
    }

    @Test
    void rowsThatCannotBeTrainedOnAreRefusedOrCounted() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        StepSamples samples = StepSamples.random(cases, "softmax", ROWS, GROUPS);
        Dataset<Row> rows = samples.dataset(LocalSpark.shared());
        Dataset<Row> spoiled = rows.withColumn("label", functions.expr("if(id % 10 = 3, null, label)"));
        CollectOptions options = samples.options(Precision.DOUBLE);
        int kept = LocalSpark.shared().sparkContext().getPersistentRDDs().size();
        refused(spoiled, options, network, "bad row: ");
        refused(rows.limit(0), options, network, "the dataset is empty");
        refused(rows.withColumn("weight", functions.lit(0.0)), options, network, "all 83 rows have weight 0");
        refused(
                rows,
                options.withColumns(Columns.unlabelled("features")),
                network,
                "training and evaluation need labels");
        assertThat(LocalSpark.shared().sparkContext().getPersistentRDDs().size())
                .isEqualTo(kept);
        try (SparkPass pass =
                SparkPass.open(spoiled, options.withBadRows(BadRowPolicy.SKIP), network, StorageLevel.MEMORY_ONLY())) {
            assertThat(pass.skipped().count()).isPositive();
            assertThat(pass.skipped().count() + pass.blocks().rows()).isEqualTo(ROWS);
            assertThat(pass.run(network, Request.gradient(network, pass.blocks().all()))
                            .of(Fit.class)
                            .rows())
                    .isEqualTo(pass.blocks().rows());
        }
    }

    private static void refused(Dataset<Row> rows, CollectOptions options, Network network, String message) {
        assertThatThrownBy(() -> SparkPass.open(rows, options, network, StorageLevel.MEMORY_ONLY()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void rowsInAnotherOrderOrOfOtherNamesHaveTheFingerprintButAnotherOrder() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        StepSamples samples = StepSamples.random(cases, "gaussian", ROWS, GROUPS);
        List<Samples> reversed = new ArrayList<>(samples.rows());
        Collections.reverse(reversed);
        List<Samples> renamed = samples.rows().stream()
                .map(row -> new Samples(row.x(), row.y(), row.weight(), row.id() + 1000))
                .toList();
        String fingerprint;
        String order;
        try (SparkPass pass = open(samples, Precision.DOUBLE, network)) {
            fingerprint = pass.fingerprint();
            order = pass.order();
        }
        try (SparkPass pass = open(samples, Precision.DOUBLE, network)) {
            assertThat(pass.order()).isEqualTo(order);
        }
        for (List<Samples> others : List.of(reversed, renamed)) {
            try (SparkPass pass = open(new StepSamples(others, GROUPS), Precision.DOUBLE, network)) {
                assertThat(pass.fingerprint()).isEqualTo(fingerprint);
                assertThat(pass.order()).isNotEqualTo(order);
            }
        }
    }

    @Test
    void jobsAreOfTheGroupThatTheCallerHasNamed() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        SparkSession session = LocalSpark.shared();
        SparkContext context = session.sparkContext();
        StepSamples samples = StepSamples.random(cases, "gaussian", ROWS, GROUPS);
        List<String> groups = Collections.synchronizedList(new ArrayList<>());
        JobCount listener = new JobCount() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                groups.add(start.properties().getProperty("spark.jobGroup.id"));
            }
        };
        context.setJobGroup("mine", "my cell", true);
        try (SparkPass pass = open(samples, Precision.DOUBLE, network)) {
            listener.during(
                    context,
                    () -> pass.run(
                            network, Request.gradient(network, pass.blocks().all())));
            context.clearJobGroup();
            listener.during(
                    context,
                    () -> pass.run(
                            network, Request.gradient(network, pass.blocks().all())));
        } finally {
            context.clearJobGroup();
        }
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0)).isEqualTo("mine");
        assertThat(groups.get(1)).startsWith("kfac-");
    }

    @Test
    void theFingerprintIsThatOfAPassOverAllRows() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        StepSamples samples = StepSamples.random(cases, "gaussian", ROWS, GROUPS);
        CollectOptions options = samples.options(Precision.DOUBLE);
        try (SparkPass pass = open(samples, Precision.DOUBLE, network)) {
            assertThat(pass.fingerprint())
                    .isEqualTo(SparkKfac.collect(network, samples.dataset(LocalSpark.shared()), options)
                            .fingerprint());
        }
    }
}
