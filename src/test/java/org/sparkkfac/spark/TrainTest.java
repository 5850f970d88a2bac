package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.training.TrainingDirectory;
import org.sparkkfac.io.training.TrainingDirectory.Existing;
import org.sparkkfac.nn.Initialization;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.report.TrainingReport;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.train.BatchSettings;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.Stopping;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.Schedule;
import org.sparkkfac.train.optimiser.SgdSettings;

/** A training from code: the directory that the command writes, and what becomes of one that is there. */
final class TrainTest {
    private static final int STEPS = 6;

    @TempDir
    private Path directory;

    private static Dataset<Row> digits() {
        return LocalSpark.shared()
                .read()
                .parquet(Path.of(System.getProperty("kfac.basedir", ""), "sample-data/digits.parquet")
                        .toAbsolutePath()
                        .toString());
    }

    private static Network start() {
        return SparkKfac.init(new InitOptions(
                List.of(64, 8, 10), "tanh", Likelihoods.create("softmax", Map.of()), Initialization.GLOROT, 1));
    }

    private static TrainOptions options(double rate) {
        TrainingSettings settings = TrainingSettings.of(
                        new SgdSettings(Schedule.constant(rate), 0.5), Stopping.afterSteps(STEPS))
                .withBatch(BatchSettings.of(300));
        return TrainOptions.of(settings, CollectOptions.defaults().withGroups(2));
    }

    private TrainingDirectory output(String name, Existing existing) {
        return TrainingDirectory.of(Location.of(directory.resolve(name).toString(), new Configuration()), existing);
    }

    private Optional<Trained> train(String name, Existing existing, TrainingWatch watch) {
        return SparkKfac.train(start(), digits(), options(0.1), output(name, existing), watch);
    }

    /** Asks for an end after some steps. */
    private static TrainingWatch stoppingAfter(long last) {
        return new TrainingWatch() {
            private long made;

            @Override
            public void step(StepRecord step) {
                made = step.step();
            }

            @Override
            public boolean isStopRequested() {
                return made >= last;
            }
        };
    }

    @Test
    void modelAndCurvesAreWritten() {
        TrainingDirectory output = output("whole", Existing.REFUSE);
        Trained trained = train("whole", Existing.REFUSE, TrainingWatch.NONE).orElseThrow();

        assertThat(trained.steps()).hasSize(STEPS);
        assertThat(trained.written()).containsOnlyKeys("the model", "the learning curves");
        assertThat(trained.training().meanLoss())
                .isLessThan(trained.steps().get(0).loss());
        Network read = SparkKfac.readModel(output.root().child("model"));
        assertThat(read.parameters().block(0).toArray())
                .isEqualTo(trained.model().parameters().block(0).toArray());
        TrainingReport report = SparkKfac.report(output.root(), "digits");
        assertThat(report.steps()).hasSize(STEPS);
        Location page = output.root().sibling("digits.csv");
        SparkKfac.writeReport(page, report, false);
        assertThat(directory.resolve("digits.csv")).content().hasLineCount(STEPS + 1);
    }

    @Test
    void aTrainingThatWasStoppedGoesOnToTheSameBits() {
        Trained whole = train("whole", Existing.REFUSE, TrainingWatch.NONE).orElseThrow();

        assertThat(train("halves", Existing.REFUSE, stoppingAfter(3))).isEmpty();
        Trained resumed = train("halves", Existing.RESUME, TrainingWatch.NONE).orElseThrow();

        assertThat(resumed.steps()).hasSize(STEPS);
        for (int l = 0; l < whole.model().layers().size(); l++) {
            assertThat(resumed.model().parameters().block(l).toArray())
                    .isEqualTo(whole.model().parameters().block(l).toArray());
        }
    }

    @Test
    void aTrainingThatIsThereIsRefusedAndSaysWhatWouldDo() {
        train("there", Existing.REFUSE, TrainingWatch.NONE);

        UserException refusal =
                catchThrowableOfType(UserException.class, () -> train("there", Existing.REFUSE, TrainingWatch.NONE));

        assertThat(refusal).hasMessageContaining("holds a training");
        assertThat(refusal.mends()).containsExactly(Component.RESUME, Component.OVERWRITE, Component.OUTPUT_PATH);
        assertThat(train("there", Existing.OVERWRITE, TrainingWatch.NONE)).isPresent();
    }

    @Test
    void otherSettingsDoNotResumeIt() {
        train("other", Existing.REFUSE, stoppingAfter(2));

        UserException refusal = catchThrowableOfType(
                UserException.class,
                () -> SparkKfac.train(
                        start(), digits(), options(0.2), output("other", Existing.RESUME), TrainingWatch.NONE));

        assertThat(refusal).hasMessageContaining("was made by another training: optimiser was");
    }

    @Test
    void inspectionSaysWhatWasWritten() {
        TrainingDirectory output = output("inspected", Existing.REFUSE);
        train("inspected", Existing.REFUSE, TrainingWatch.NONE);

        var found = SparkKfac.inspect(output.root().child("model"), new InspectOptions(true, false));

        assertThat(found.path("format").asText()).isEqualTo("spark-kfac/model");
        assertThat(found.path("tensors"))
                .hasSize(4)
                .allSatisfy(tensor -> assertThat(tensor.has("norm")).isTrue());
        UserException refusal = catchThrowableOfType(
                UserException.class,
                () -> SparkKfac.inspect(output.root().child("nothing"), new InspectOptions(false, false)));
        assertThat(refusal).hasMessageContaining("no such file or directory");
    }
}
