package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** The same files and options give the same bytes, whatever runs the job and whatever happens to it. */
final class SameBytesIT {
    private static final int FILES = 12;
    private static final int PIXELS = 64;
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax", PIXELS, 10);
    private static final CollectOptions OPTIONS = CollectOptions.defaults()
            .withKinds(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK, StatisticKind.DIAGONAL)
            .withFisher(Fisher.monteCarlo(1, 4))
            .withBlockRows(100)
            .withSplitBytes(40_000)
            .withGroups(9);
    private static final Map<String, String> TWO_EXECUTORS = Map.of(
            "spark.scheduler.minRegisteredResourcesRatio", "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime", "60s",
            "spark.locality.wait", "0s");

    @TempDir
    private static Path directory;

    private static String expected;

    /** Images of digits, more or less: 64 numbers 0 … 16 and a class, in files of different sizes. */
    @BeforeAll
    static void write() throws IOException {
        Cases cases = Cases.one();
        Path rows = Files.createDirectory(directory.resolve("rows"));
        for (int f = 0; f < FILES; f++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 40 + 70 * (f * 5 % FILES); i++) {
                StringBuilder line = new StringBuilder().append(cases.integer(0, 9));
                for (int p = 1; p <= PIXELS; p++) {
                    int value = Math.max(0, cases.integer(-10, 16));
                    line.append(value == 0 ? "" : " " + p + ":" + value / 16.0);
                }
                lines.add(line.toString());
            }
            Files.write(rows.resolve(String.format("part-%02d.libsvm", f)), lines);
        }
        expected = run("local[2]", Map.of());
    }

    private static String run(String master, Map<String, String> settings) {
        return LocalSpark.with(master, settings, session -> collect(session, "rows"));
    }

    private static Dataset<Row> load(SparkSession session, String files) {
        return session.read()
                .format("libsvm")
                .option("numFeatures", PIXELS)
                .load(directory.resolve(files).toString());
    }

    private static String collect(SparkSession session, String files) {
        return collect(session, files, OPTIONS, data -> data);
    }

    private static String collect(
            SparkSession session, String files, CollectOptions options, UnaryOperator<Dataset<Row>> change) {
        Collected collected = SparkKfac.collect(NETWORK, change.apply(load(session, files)), options);
        assertThat(collected.input().groups()).hasSizeGreaterThanOrEqualTo(Math.min(8, options.groups()));
        assertThat(collected.input().splits()).isGreaterThan(FILES);
        return HexFormat.of().formatHex(Samples.bytes(collected.statistics())) + collected.fingerprint();
    }

    @Test
    void twoRunsOfOneSession() {
        String both =
                LocalSpark.with("local[2]", Map.of(), session -> collect(session, "rows") + collect(session, "rows"));
        assertThat(both).isEqualTo(expected + expected);
    }

    @Test
    void anyNumberOfThreads() {
        assertThat(run("local[1]", Map.of())).isEqualTo(expected);
        assertThat(run("local[4]", Map.of())).isEqualTo(expected);
    }

    @Test
    void singlePrecisionToo() {
        CollectOptions single = OPTIONS.withPrecision(Precision.SINGLE).withFisher(Fisher.exact());
        String one = LocalSpark.with("local[1]", Map.of(), session -> collect(session, "rows", single, data -> data));
        String four = LocalSpark.with("local[4]", Map.of(), session -> collect(session, "rows", single, data -> data));
        assertThat(four).isEqualTo(one).isNotEqualTo(expected);
    }

    @Test
    void theUsersOwnSplitSettings() {
        assertThat(run(
                        "local[3]",
                        Map.of(
                                "spark.sql.files.maxPartitionBytes", "10000",
                                "spark.sql.files.openCostInBytes", "1",
                                "spark.sql.files.minPartitionNum", "50",
                                "spark.sql.files.maxPartitionNum", "3",
                                "spark.default.parallelism", "7")))
                .isEqualTo(expected);
        String set = LocalSpark.with("local[2]", Map.of(), session -> {
            session.conf().set("spark.sql.files.maxPartitionBytes", "20000");
            session.conf().set("spark.sql.files.minPartitionNum", "40");
            return collect(session, "rows");
        });
        assertThat(set).isEqualTo(expected);
    }

    @Test
    void theUsersOwnSerialiser() {
        assertThat(run(
                        "local[2]",
                        Map.of(
                                "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
                                "spark.kryo.registrationRequired", "false",
                                "spark.kryo.unsafe", "true",
                                "spark.rdd.compress", "true")))
                .isEqualTo(expected);
    }

    @Test
    void filesThatWereCopiedInAnotherOrder() throws IOException {
        List<Integer> order = new ArrayList<>(IntStream.range(0, FILES).boxed().toList());
        Collections.reverse(order);
        Collections.swap(order, 2, 7);
        Path copies = Files.createDirectory(directory.resolve("copies"));
        for (int f : order) {
            String name = String.format("part-%02d.libsvm", f);
            Files.copy(directory.resolve("rows").resolve(name), copies.resolve(name));
        }
        assertThat(LocalSpark.<String>with("local[2]", Map.of(), session -> collect(session, "copies")))
                .isEqualTo(expected);
    }

    @Test
    void twoExecutors() {
        Set<String> executors = new ConcurrentSkipListSet<>();
        String bytes = LocalSpark.with("local-cluster[2,1,1024]", TWO_EXECUTORS, session -> {
            Dataset<String> ran = session.range(0, 8, 1, 8).map(new SlowExecutorName(), Encoders.STRING());
            assertThat(new TreeSet<>(ran.collectAsList())).containsExactly("0", "1");
            session.sparkContext().addSparkListener(new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    executors.add(end.taskInfo().executorId());
                }
            });
            String first = collect(session, "rows");
            String second = collect(session, "rows");
            assertThat(second).isEqualTo(first);
            return first;
        });
        assertThat(executors).containsExactly("0", "1");
        assertThat(bytes).isEqualTo(expected);
    }

    /** The second pass, whose bases come from the first: the corrections of one thread and of two executors. */
    @Test
    void twoExecutorsInBothPassesOfTheEigenCorrections() {
        CollectOptions both = OPTIONS.withKinds(StatisticKind.EIGEN_CORRECTED);
        String one = LocalSpark.with("local[1]", Map.of(), session -> collect(session, "rows", both, data -> data));
        Set<String> executors = new ConcurrentSkipListSet<>();
        Set<Integer> stages = new ConcurrentSkipListSet<>();
        String two = LocalSpark.with("local-cluster[2,1,1024]", TWO_EXECUTORS, session -> {
            session.sparkContext().addSparkListener(new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    executors.add(end.taskInfo().executorId());
                    stages.add(end.stageId());
                }
            });
            return collect(session, "rows", both, data -> data);
        });
        assertThat(two).isEqualTo(one);
        assertThat(executors).containsExactly("0", "1");
        assertThat(stages).hasSizeGreaterThanOrEqualTo(2);

        // Sums of groups that are folded otherwise differ in their last bits.
        String fewer = LocalSpark.with(
                "local[2]", Map.of(), session -> collect(session, "rows", both.withGroups(5), data -> data));
        assertThat(fewer).hasSameSizeAs(one).isNotEqualTo(one);
        String otherDraws = LocalSpark.with(
                "local[2]",
                Map.of(),
                session -> collect(session, "rows", both.withFisher(Fisher.monteCarlo(1, 5)), data -> data));
        assertThat(otherDraws).hasSameSizeAs(one).isNotEqualTo(one);
    }

    /** A class of this project's, so that its running shows that executors find those. */
    private static final class SlowExecutorName implements MapFunction<Long, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String call(Long row) throws InterruptedException {
            Thread.sleep(300);
            return org.apache.spark.SparkEnv.get().executorId();
        }
    }

    /** Fails the first attempt of every third task in the middle of its rows, or kills the executor of one. */
    private static final class FailsOnce implements UDF1<Double, Double> {
        private static final long serialVersionUID = 1;
        private static final ThreadLocal<long[]> CALLS = ThreadLocal.withInitial(() -> new long[2]);

        private final boolean kill;

        FailsOnce(boolean kill) {
            this.kill = kill;
        }

        @Override
        public Double call(Double label) {
            TaskContext task = TaskContext.get();
            long[] calls = CALLS.get();
            if (calls[0] != task.taskAttemptId()) {
                calls[0] = task.taskAttemptId();
                calls[1] = 0;
            }
            if (++calls[1] == 60 && task.partitionId() % 3 == 1 && task.attemptNumber() == 0) {
                if (kill && task.partitionId() == 4) {
                    Runtime.getRuntime().halt(1);
                }
                if (kill) {
                    return label;
                }
                throw new IllegalStateException("this attempt was made to fail");
            }
            return label;
        }
    }

    private static String collectFailing(SparkSession session) {
        return collectFailing(session, new FailsOnce(false), 3);
    }

    private static String collectFailing(SparkSession session, FailsOnce failure, int failures) {
        JobCount count = new JobCount();
        String bytes = count.during(
                session.sparkContext(),
                () -> collect(
                        session,
                        "rows",
                        OPTIONS,
                        data -> data.withColumn(
                                "label",
                                functions.udf(failure, DataTypes.DoubleType).apply(data.col("label")))));
        assertThat(count.failedTasks()).isEqualTo(failures);
        assertThat(count.jobs()).isEqualTo(1);
        return bytes;
    }

    @Test
    void tasksThatFailedOnce() {
        assertThat(LocalSpark.<String>with("local[2,3]", Map.of(), SameBytesIT::collectFailing))
                .isEqualTo(expected);
    }

    @Test
    void tasksThatFailedOnceOnExecutors() {
        assertThat(LocalSpark.<String>with("local-cluster[2,1,1024]", TWO_EXECUTORS, SameBytesIT::collectFailing))
                .isEqualTo(expected);
    }

    @Test
    void anExecutorThatDied() {
        String bytes = LocalSpark.with(
                "local-cluster[2,1,1024]", TWO_EXECUTORS, session -> collectFailing(session, new FailsOnce(true), 1));
        assertThat(bytes).isEqualTo(expected);
    }

    @Test
    void anotherPlanGivesOtherBytes() {
        String fewer = LocalSpark.with(
                "local[2]", Map.of(), session -> collect(session, "rows", OPTIONS.withGroups(5), data -> data));
        assertThat(fewer).isNotEqualTo(expected);
        String reshuffled = LocalSpark.with(
                "local[2]",
                Map.of(),
                session -> collect(session, "rows", OPTIONS, data -> data.repartition(FILES + 1)));
        assertThat(reshuffled).isNotEqualTo(expected);
    }

    @Test
    void sparksOwnPlanDependsOnTheMaster() {
        assertThat(LocalSpark.with("local[1]", Map.of(), SameBytesIT::ownPlan))
                .isNotEqualTo(LocalSpark.with("local[4]", Map.of(), SameBytesIT::ownPlan));
    }

    /** How Spark cuts and orders the files when nobody tells it: path and offset of every split, by partition. */
    private static String ownPlan(SparkSession session) {
        session.conf().set("spark.sql.files.openCostInBytes", "1000");
        StringBuilder plan = new StringBuilder();
        for (Partition partition : load(session, "rows").javaRDD().rdd().partitions()) {
            plan.append('|');
            for (PartitionedFile file : ((FilePartition) partition).files()) {
                plan.append(file.filePath()).append('@').append(file.start()).append(' ');
            }
        }
        return plan.toString();
    }
}
