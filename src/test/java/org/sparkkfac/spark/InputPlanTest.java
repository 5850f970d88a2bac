package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.InputPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** The plan orders files by path and offset, other partitions by index, and cuts them into groups of equal bytes. */
final class InputPlanTest {
    private static final String SCHEMA = "a double, b double, c double, d double, e double, label int, id long";
    private static final Columns COLUMNS =
            new Columns(List.of("a", "b", "c", "d", "e"), List.of("label"), Optional.empty(), Optional.of("id"));

    @TempDir
    private Path directory;

    private static List<String> lines(Cases cases, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> String.format(
                        java.util.Locale.ROOT,
                        "%.3f,%.3f,%.3f,%.3f,%.3f,%d,%d",
                        cases.normal(),
                        cases.normal(),
                        cases.normal(),
                        cases.normal(),
                        cases.normal(),
                        cases.integer(0, Samples.OUTPUTS - 1),
                        i))
                .toList();
    }

    private Dataset<Row> csv() {
        return LocalSpark.shared().read().schema(SCHEMA).csv(directory.toString());
    }

    private static CollectOptions options() {
        return Samples.options(Fisher.monteCarlo(2, 9)).withColumns(COLUMNS);
    }

    private static InputPlan plan(Dataset<Row> data, CollectOptions options) {
        return new SparkPass(data, options).input();
    }

    /** The paths and offsets of all splits in the order of the plan, and the bytes of each group. */
    private record Cut(List<String> places, List<Long> groupBytes) {}

    private static Cut cut(RDD<?> rows, InputPlan plan) {
        Map<Integer, FilePartition> partitions = new HashMap<>();
        for (var partition : rows.partitions()) {
            partitions.put(partition.index(), (FilePartition) partition);
        }
        List<String> places = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        for (List<Integer> group : plan.groups()) {
            long sum = 0;
            for (int index : group) {
                var file = partitions.get(index).files()[0];
                places.add(file.filePath().toPath().getName() + "@" + file.start());
                sum += file.length();
            }
            bytes.add(sum);
        }
        return new Cut(places, bytes);
    }

    private static RDD<?> rows(Dataset<Row> data, String splitBytes) {
        SparkSession session = data.sparkSession();
        session.conf().set("spark.sql.files.maxPartitionBytes", splitBytes);
        session.conf().set("spark.sql.files.openCostInBytes", splitBytes);
        try {
            return data.select("*").javaRDD().rdd();
        } finally {
            session.conf().unset("spark.sql.files.maxPartitionBytes");
            session.conf().unset("spark.sql.files.openCostInBytes");
        }
    }

    @Test
    void filesComeInTheOrderOfTheirPathsAndOffsets() throws IOException {
        Cases cases = Cases.one();
        // Sizes in another order than names: Spark puts the biggest file first.
        int[] sizes = {5, 90, 1, 30, 60, 2, 45, 20, 10};
        for (int f = sizes.length - 1; f >= 0; f--) {
            Files.write(directory.resolve("part-" + f + ".csv"), lines(cases, 100 * f, sizes[f]));
        }
        RDD<?> rows = rows(csv(), "1000");
        InputPlan plan = InputPlan.of(rows, 4);
        Cut cut = cut(rows, plan);
        List<String> sorted = cut.places().stream()
                .sorted(Comparator.comparing((String place) -> place.split("@")[0])
                        .thenComparing(place -> Long.parseLong(place.split("@")[1])))
                .toList();
        assertThat(cut.places()).isEqualTo(sorted).hasSizeGreaterThan(sizes.length);
        assertThat(plan.fileSplits()).isTrue();
        assertThat(plan.splits()).isEqualTo(rows.getNumPartitions());
        assertThat(plan.groups()).hasSize(4);
        // No group is further from a quarter than one split.
        double mean = cut.groupBytes().stream().mapToLong(b -> b).sum() / 4.0;
        assertThat(cut.groupBytes())
                .allSatisfy(bytes -> assertThat((double) bytes).isBetween(mean - 1000, mean + 1000));
        // Spark's own order is another one, so the sorting shows.
        List<Integer> indices = plan.groups().stream().flatMap(List::stream).toList();
        assertThat(indices).isNotEqualTo(indices.stream().sorted().toList());
    }

    @Test
    void thePassMakesTheSamePlanAsItsOwnSettingsWould() throws IOException {
        Cases cases = Cases.one();
        for (int f = 0; f < 3; f++) {
            Files.write(directory.resolve("part-" + f + ".csv"), lines(cases, 100 * f, 20 + 30 * f));
        }
        InputPlan expected = InputPlan.of(rows(csv(), "700"), 5);
        assertThat(plan(csv(), options().withSplitBytes(700).withGroups(5))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 100})
    void thereAreNoMoreGroupsThanAskedForAndEverySplitIsInOne(int groups) throws IOException {
        Cases cases = Cases.one();
        for (int f = 0; f < 8; f++) {
            Files.write(directory.resolve("part-" + f + ".csv"), lines(cases, 100 * f, f == 3 ? 200 : 3));
        }
        InputPlan plan = plan(csv(), options().withGroups(groups));
        assertThat(plan.groups()).hasSizeBetween(1, Math.min(groups, 8)).doesNotContain(List.of());
        assertThat(plan.groups().stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(plan.splits()).isEqualTo(8);
    }

    @Test
    void otherSourcesKeepTheOrderOfTheirPartitions() {
        Dataset<Row> data = LocalSpark.shared().range(0, 60, 1, 10).toDF();
        InputPlan plan = InputPlan.of(data.javaRDD().rdd(), 4);
        assertThat(plan.fileSplits()).isFalse();
        assertThat(plan.groups()).isEqualTo(List.of(List.of(0, 1), List.of(2, 3, 4), List.of(5, 6), List.of(7, 8, 9)));
    }

    @Test
    void filesBehindAShuffleOrInAUnionAreOtherSources() throws IOException {
        for (int f = 0; f < 2; f++) {
            Files.write(directory.resolve("part-" + f + ".csv"), lines(Cases.one(), 20 * f, 20));
        }
        for (Dataset<Row> data : List.of(csv().repartition(3), csv().union(csv()), csv().coalesce(1), csv().limit(5))) {
            assertThat(plan(data, options()).fileSplits()).isFalse();
        }
        assertThat(plan(csv().where("a > 0").select("*"), options()).fileSplits())
                .isTrue();
    }

    @Test
    void aFileCutIntoManySplitsGivesTheSameToRounding() throws IOException {
        Files.write(directory.resolve("rows.csv"), lines(Cases.one(), 0, 400));
        Network network = Samples.network(Cases.one(), "softmax");
        Collected whole = SparkKfac.collect(network, csv(), options());
        assertThat(whole.input().splits()).isEqualTo(1);
        long length = Files.size(directory.resolve("rows.csv"));
        for (int splitBytes : new int[] {41, 1000, 5000}) {
            Collected cut = SparkKfac.collect(
                    network, csv(), options().withSplitBytes(splitBytes).withGroups(8));
            assertThat(cut.input().splits()).isEqualTo((int) ((length + splitBytes - 1) / splitBytes));
            assertThat(cut.input().groups()).hasSizeBetween(3, 8);
            Samples.assertNear(cut.statistics(), whole.statistics(), 1e-12);
            assertThat(cut.fingerprint()).isEqualTo(whole.fingerprint());
        }
    }

    @Test
    void emptyFilesChangeNothing() throws IOException {
        Cases cases = Cases.one();
        Files.write(directory.resolve("part-1.csv"), lines(cases, 0, 40));
        Files.write(directory.resolve("part-4.csv"), lines(cases, 40, 7));
        Network network = Samples.network(Cases.one(), "softmax");
        CollectOptions one = options().withGroups(1);
        StatisticsState without = SparkKfac.collect(network, csv(), one).statistics();
        for (int f : new int[] {0, 2, 3, 5}) {
            Files.createFile(directory.resolve("part-" + f + ".csv"));
        }
        assertThat(Samples.bytes(SparkKfac.collect(network, csv(), one).statistics()))
                .isEqualTo(Samples.bytes(without));
        Samples.assertNear(SparkKfac.collect(network, csv(), options()).statistics(), without, 1e-12);
    }

    @Test
    void theUsersSettingsAreLeftAsTheyWere() throws IOException {
        Files.write(directory.resolve("rows.csv"), lines(Cases.one(), 0, 20));
        SparkSession session = LocalSpark.shared();
        Map<String, String> own = Map.of(
                "spark.sql.files.maxPartitionBytes", "300b",
                "spark.sql.files.openCostInBytes", "7b",
                "spark.sql.files.minPartitionNum", "5");
        Map<String, String> untouched = settings(session);
        own.forEach(session.conf()::set);
        Map<String, String> before = settings(session);
        session.sparkContext().setJobGroup("mine", "my cell", true);
        session.sparkContext().setCallSite("here");
        try {
            InputPlan plan = plan(csv(), options());
            assertThat(plan.splits()).isEqualTo(1);
            SparkKfac.collect(Samples.network(Cases.one(), "softmax"), csv(), options());
            assertThat(settings(session)).isEqualTo(before);

            Dataset<Row> missing = csv().drop("id");
            assertThat(catchThrowable(() -> plan(missing, options()))).isNotNull();
            assertThat(settings(session)).isEqualTo(before);

            assertThat(session.sparkContext().getLocalProperty("spark.jobGroup.id"))
                    .isEqualTo("mine");
            assertThat(session.sparkContext().getLocalProperty("spark.job.description"))
                    .isEqualTo("my cell");
            assertThat(session.sparkContext().getLocalProperty("spark.job.interruptOnCancel"))
                    .isEqualTo("true");
            assertThat(session.sparkContext().getLocalProperty("callSite.short"))
                    .isEqualTo("here");
        } finally {
            session.sparkContext().clearJobGroup();
            session.sparkContext().clearCallSite();
            own.keySet().forEach(session.conf()::unset);
        }
        plan(csv(), options());
        assertThat(settings(session)).isEqualTo(untouched);
    }

    private static Map<String, String> settings(SparkSession session) {
        Map<String, String> settings = new HashMap<>();
        var all = session.conf().getAll().iterator();
        while (all.hasNext()) {
            var setting = all.next();
            settings.put(setting._1(), setting._2());
        }
        return settings;
    }

    @Test
    void aBucketedTableWithEmptyBucketsIsRead() {
        List<Samples> samples = Samples.random(Cases.one(), "softmax", 3);
        SparkSession session = LocalSpark.shared();
        session.conf().set("spark.sql.sources.bucketing.autoBucketedScan.enabled", "false");
        session.sql("drop table if exists bucketed");
        try {
            Samples.dataset(session, samples).write().bucketBy(8, "id").saveAsTable("bucketed");
            Network network = Samples.network(Cases.one(), "softmax");
            CollectOptions options = Samples.options(Fisher.exact());
            Collected collected = SparkKfac.collect(network, session.table("bucketed"), options);
            assertThat(collected.input().splits()).isEqualTo(8);
            Samples.assertNear(collected.statistics(), Samples.local(network, options.plan(), samples), 1e-12);
        } finally {
            session.sql("drop table if exists bucketed");
            session.conf().unset("spark.sql.sources.bucketing.autoBucketedScan.enabled");
        }
    }
}
