package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.DataSource;
import org.sparkkfac.spark.rows.Quarantine;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;

/** Conditions, pipelines, limits and bad rows do not make the result depend on the master, nor on what fails meanwhile. */
final class DataAsItLiesIT {
    private static final Network NETWORK = Samples.network(Cases.one(), "softmax");
    private static final int[] FILES = {50, 400, 10, 120, 600, 3, 200};

    @TempDir
    private static Path directory;

    private static Path rows;

    /** Every thirteenth row has a label that is no class. */
    @BeforeAll
    static void write() throws IOException {
        List<Samples> samples = new ArrayList<>(Samples.random(Cases.one(), "softmax", 1383));
        for (int i = 0; i < samples.size(); i += 13) {
            samples.set(i, samples.get(i).withLabel(9));
        }
        rows = RowLimitTest.write(directory.resolve("rows"), samples, FILES);
        Dataset<Row> data = RowLimitTest.csv(LocalSpark.shared(), rows);
        new Pipeline()
                .setStages(new PipelineStage[] {
                    new VectorAssembler()
                            .setInputCols(new String[] {"a", "b", "c", "d", "e"})
                            .setOutputCol("assembled"),
                    new MinMaxScaler().setInputCol("assembled").setOutputCol("scaled")
                })
                .fit(data)
                .write()
                .save(directory.resolve("pipeline").toString());
    }

    private static Collected collect(SparkSession session, Optional<UDF1<Double, Double>> label) {
        DataSource source = new DataSource("csv", Optional.of(rows.toString()), Map.of("inferSchema", "true"))
                .where("_c7 % 3 <> 1")
                .through(directory.resolve("pipeline").toString());
        Dataset<Row> data = source.rows(session, Samples.INPUTS).toDF("a", "b", "c", "d", "e", "label", "w", "id");
        if (label.isPresent()) {
            data = data.withColumn(
                    "label",
                    functions
                            .udf(label.get(), DataTypes.DoubleType)
                            .apply(data.col("label").cast("double")));
        }
        return SparkKfac.collect(
                NETWORK,
                source.throughPipeline(data),
                RowLimitTest.options()
                        .withSplitBytes(4000)
                        .withGroups(9)
                        .withColumns(
                                Columns.of("scaled", "label").withWeight("w").withId("id"))
                        .withLimit(700)
                        .withBadRows(BadRowPolicy.SKIP));
    }

    private static String text(Collected collected) {
        SkippedRows skipped = collected.skipped();
        return HexFormat.of().formatHex(Samples.bytes(collected.statistics()))
                + collected.fingerprint()
                + collected.input()
                + skipped
                + skipped.byFile()
                + skipped.samples();
    }

    private static String run(String master) {
        return LocalSpark.with(master, Map.of(), session -> text(collect(session, Optional.empty())));
    }

    @Test
    void anyNumberOfThreads() {
        String one = run("local[1]");
        assertThat(run("local[4]")).isEqualTo(one);
        assertThat(run("local[2]")).isEqualTo(one).contains("label, ");
    }

    /** Fails the first attempt of every second task of the pass, after its first bad rows. */
    private static final class FailsOnce implements UDF1<Double, Double> {
        private static final long serialVersionUID = 1;
        private static final ThreadLocal<long[]> CALLS = ThreadLocal.withInitial(() -> new long[2]);

        @Override
        public Double call(Double label) {
            TaskContext task = TaskContext.get();
            long[] calls = CALLS.get();
            if (calls[0] != task.taskAttemptId()) {
                calls[0] = task.taskAttemptId();
                calls[1] = 0;
            }
            if (++calls[1] == 40 && task.partitionId() % 2 == 1 && task.attemptNumber() == 0) {
                throw new IllegalStateException("this attempt was made to fail");
            }
            return label;
        }
    }

    @Test
    void badRowsOfTasksThatFailedOnceCountOnce() {
        String failing = LocalSpark.with("local[2,3]", Map.of(), session -> {
            JobCount count = new JobCount();
            String text =
                    count.during(session.sparkContext(), () -> text(collect(session, Optional.of(new FailsOnce()))));
            assertThat(count.failedTasks()).isGreaterThan(2);
            return text;
        });
        assertThat(failing).isEqualTo(run("local[2]"));
    }

    @Test
    void theQuarantineIsTheSameToo() throws IOException {
        for (String master : List.of("local[1]", "local[4]")) {
            Path bad = directory.resolve("bad-" + master.replaceAll("\\W", ""));
            LocalSpark.with(master, Map.of(), session -> {
                Quarantine place = new Quarantine(
                        org.sparkkfac.io.files.Location.of(
                                bad.toString(), session.sparkContext().hadoopConfiguration()),
                        false);
                return SparkKfac.collect(
                        NETWORK,
                        RowLimitTest.csv(session, rows),
                        RowLimitTest.options().withBadRows(BadRowPolicy.quarantine(place)));
            });
        }
        List<List<String>> found = LocalSpark.with(
                "local[2]",
                Map.of(),
                session -> List.of(
                        rows(session, directory.resolve("bad-local1")),
                        rows(session, directory.resolve("bad-local4"))));
        assertThat(found.get(0)).hasSize(1 + 1382 / 13).isEqualTo(found.get(1));
        assertThat(Files.exists(directory.resolve("bad-local1"))).isTrue();
    }

    private static List<String> rows(SparkSession session, Path bad) {
        return session.read().parquet(bad.toString()).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }
}
