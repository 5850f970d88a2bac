package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** One job, whatever is collected, and every way in which people come by a dataset. */
final class ManyWaysTest {
    private static final int ROWS = 64;
    private static final CollectOptions OPTIONS =
            Samples.options(Fisher.monteCarlo(2, 1)).withGroups(3);

    @TempDir
    private static Path directory;

    private static Network network;
    private static List<Samples> samples;
    private static StatisticsState expected;

    @BeforeAll
    static void expect() {
        Cases cases = Cases.one();
        network = Samples.network(cases, "softmax");
        samples = Samples.random(cases, "softmax", ROWS);
        expected = Samples.local(network, OPTIONS.plan(), samples);
        Samples.dataset(LocalSpark.shared(), samples).repartition(4).write().parquet(files());
    }

    private static String files() {
        return directory.resolve("rows").toString();
    }

    private static Dataset<Row> parquet() {
        return LocalSpark.shared().read().parquet(files());
    }

    @Test
    void everythingIsCollectedInOneJob() {
        SparkSession session = LocalSpark.shared();
        Dataset<Row> files = parquet();
        Dataset<Row> local = Samples.dataset(session, samples);
        for (Dataset<Row> data :
                List.of(files, local, files.where("weight >= 0").union(local.limit(5)))) {
            JobCount count = new JobCount();
            Collected collected = count.during(session.sparkContext(), () -> SparkKfac.collect(network, data, OPTIONS));
            assertThat(collected.statistics().kinds()).containsExactly(Samples.KINDS);
            assertThat(collected.statistics().gradientSum()).isPresent();
            assertThat(collected.statistics().meanLoss()).isPresent();
            assertThat(count.jobs()).isEqualTo(1);
            assertThat(count.tasks()).isEqualTo(collected.input().groups().size());
        }
        // The counter is able to count.
        JobCount two = new JobCount();
        two.during(session.sparkContext(), () -> {
            SparkKfac.collect(network, files, OPTIONS);
            return SparkKfac.collect(network, files, OPTIONS);
        });
        assertThat(two.jobs()).isEqualTo(2);
    }

    @Test
    void aPassPlansOnceAndRunsOneJobEachTime() {
        SparkPass pass = new SparkPass(parquet(), OPTIONS);
        JobCount count = new JobCount();
        count.during(LocalSpark.shared().sparkContext(), () -> {
            StatisticsState first = OPTIONS.plan().collect(network, pass);
            StatisticsState second = OPTIONS.plan().collect(network, pass);
            Samples.assertNear(first, expected, 1e-12);
            assertThat(Samples.bytes(second)).isEqualTo(Samples.bytes(first));
            return second;
        });
        assertThat(count.jobs()).isEqualTo(2);
    }

    private static Stream<Arguments> ways() {
        List<Arguments> ways = new ArrayList<>();
        add(ways, "as it is", data -> data);
        add(ways, "cached", data -> data.cache());
        add(ways, "a view", data -> {
            data.createOrReplaceTempView("kfac_rows");
            return data.sparkSession().table("kfac_rows");
        });
        add(ways, "SQL", data -> {
            data.createOrReplaceTempView("kfac_rows");
            return data.sparkSession().sql("select id, label, weight, features from kfac_rows where id is not null");
        });
        add(ways, "where", data -> data.where("id <= 1000"));
        add(ways, "limit", data -> data.limit(1000));
        add(ways, "union", data -> data.where("id % 2 = 0").union(data.where("id % 2 <> 0")));
        add(ways, "repartition", data -> data.repartition(7));
        add(ways, "coalesce", data -> data.coalesce(2));
        add(ways, "order by", data -> data.orderBy("id"));
        add(ways, "distinct", data -> data.distinct());
        add(
                ways,
                "join",
                data -> data.join(
                        data.sparkSession().range(-2000, 2000).toDF("key").where("key % 7 is not null"),
                        data.col("id").equalTo(new org.apache.spark.sql.ColumnName("key"))));
        add(ways, "createDataFrame", data -> Samples.dataset(data.sparkSession(), samples));
        add(ways, "an RDD", data -> data.sparkSession().createDataFrame(data.toJavaRDD(), Samples.SCHEMA));
        add(ways, "a local checkpoint", data -> data.localCheckpoint());
        return ways.stream();
    }

    private static void add(List<Arguments> ways, String name, UnaryOperator<Dataset<Row>> way) {
        ways.add(Arguments.of(name, way));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void everyDatasetIsRead(String name, UnaryOperator<Dataset<Row>> way) {
        SparkSession session = LocalSpark.shared();
        for (String adaptive : List.of("true", "false")) {
            session.conf().set("spark.sql.adaptive.enabled", adaptive);
            Dataset<Row> data = way.apply(parquet());
            try {
                Samples.assertNear(SparkKfac.collect(network, data, OPTIONS).statistics(), expected, 1e-12);
                // Once more, which for a cached dataset is another path.
                Samples.assertNear(SparkKfac.collect(network, data, OPTIONS).statistics(), expected, 1e-12);
            } finally {
                data.unpersist(true);
                session.conf().unset("spark.sql.adaptive.enabled");
                session.catalog().dropTempView("kfac_rows");
            }
        }
    }

    @Test
    void withoutWholeStageCodegenItIsTheSame() {
        SparkSession session = LocalSpark.shared();
        session.conf().set("spark.sql.codegen.wholeStage", "false");
        session.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
        try {
            Samples.assertNear(SparkKfac.collect(network, parquet(), OPTIONS).statistics(), expected, 1e-12);
        } finally {
            session.conf().unset("spark.sql.codegen.wholeStage");
            session.conf().unset("spark.sql.codegen.factoryMode");
        }
    }

    @Test
    void ansiModeChangesNothing() {
        SparkSession session = LocalSpark.shared();
        for (String ansi : List.of("true", "false")) {
            session.conf().set("spark.sql.ansi.enabled", ansi);
            try {
                Dataset<Row> text = parquet().selectExpr("id", "label", "features", "string(weight) as weight");
                Samples.assertNear(SparkKfac.collect(network, text, OPTIONS).statistics(), expected, 1e-12);
            } finally {
                session.conf().unset("spark.sql.ansi.enabled");
            }
        }
    }

    @Test
    void progressHearsOfAllPartsAndRows() {
        List<String> heard = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public synchronized void start(String what, long totalParts) {
                heard.add("start " + what + " " + totalParts);
            }

            @Override
            public synchronized void update(long partsDone, long rows) {
                heard.add("update " + partsDone + " " + rows);
            }

            @Override
            public synchronized void done() {
                heard.add("done");
            }
        };
        SparkKfac.collect(network, parquet(), OPTIONS.withProgress(progress));
        int groups =
                SparkKfac.collect(network, parquet(), OPTIONS).input().groups().size();
        assertThat(heard).startsWith("start collect " + groups).endsWith("update " + groups + " " + ROWS, "done");
        heard.clear();
        Columns missing = Columns.of("features", "id");
        assertThatThrownBy(() -> SparkKfac.collect(
                        network, parquet(), OPTIONS.withColumns(missing).withProgress(progress)))
                .hasMessageContaining("bad row");
        assertThat(heard).startsWith("start collect " + groups).endsWith("done");
    }

    @Test
    void severalThreadsMayCollectAtOnce() throws InterruptedException {
        Set<String> results = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> results.add(java.util.Arrays.toString(
                    Samples.bytes(SparkKfac.collect(network, parquet(), OPTIONS).statistics()))));
            thread.setUncaughtExceptionHandler((which, e) -> results.add(Objects.toString(e)));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(results).hasSize(1);
    }
}
