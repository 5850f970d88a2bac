package org.sparkkfac.io.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.Verdict;

final class StepLineTest {
    private static final StepChoice ADAPTIVE = new StepChoice(0.1, 0.3, Double.NaN, 120, 3.5, 1.01, true);
    private static final StepCost COST = new StepCost(3, 12_500, 0.25, 1e-3, 0.0625, 1.0 / 3);
    private static final StepRecord FULL = new StepRecord(
            7,
            1.75,
            1000,
            0.1,
            0.98,
            "accuracy",
            ADAPTIVE,
            Verdict.SHORTEN,
            2.5,
            COST,
            Optional.of(new StepRecord.Validation(0.2, 0.95, true)));
    private static final StepRecord BARE = new StepRecord(
            8,
            2,
            1000,
            Double.NaN,
            Double.NaN,
            "r2",
            new StepChoice(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, false),
            Verdict.REJECT,
            0,
            COST,
            Optional.empty());

    @TempDir
    private Path directory;

    @Test
    void aStepIsReadBackAsItWasWritten() {
        assertThat(StepLine.parse(StepLine.line(FULL), "here")).isEqualTo(FULL);
        assertThat(StepLine.parse(StepLine.line(BARE), "here")).isEqualTo(BARE);
    }

    @Test
    void whatIsNotThereIsLeftOut() {
        assertThat(StepLine.line(BARE))
                .isEqualTo("{\"step\":8,\"epoch\":2.0,\"rows\":1000,\"loss\":null,\"r2\":null,\"outcome\":\"refused\","
                        + "\"distance\":0.0,\"jobs\":3,\"rows_touched\":12500,\"data_seconds\":0.25,"
                        + "\"statistics_seconds\":0.001,\"inversion_seconds\":0.0625,"
                        + "\"seconds\":0.3333333333333333}");
        assertThat(StepLine.line(FULL))
                .contains("\"ratio\":1.01", "\"validation_accuracy\":0.95,\"best\":true")
                .doesNotContain("clip");
    }

    @Test
    void aLineThatWasBeingWrittenIsPassedOver() throws Exception {
        String whole = StepLine.line(FULL) + "\n" + StepLine.line(BARE) + "\n";
        assertThat(StepLine.read(file(whole + "{\"step\":9,\"epo"))).containsExactly(FULL, BARE);
    }

    @Test
    void whatIsNoStepIsRefusedWithItsLine() throws Exception {
        Location file = file(StepLine.line(FULL) + "\n{\"step\":8,\"r2\":1}\n");
        assertThatThrownBy(() -> StepLine.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("metrics.jsonl, line 2: is no step of a training: epoch should be a number");
        Location other = file("{\"format\":\"spark-kfac/statistics\"}\n");
        assertThatThrownBy(() -> StepLine.read(other))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("line 1: is no step of a training");
        Location odd = file(StepLine.line(FULL).replace("shortened", "tumbled") + "\n");
        assertThatThrownBy(() -> StepLine.read(odd))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("outcome 'tumbled' is unknown");
    }

    @Test
    void aMissingFileIsTheUsersToMend() {
        Location nowhere = Location.of(directory.resolve("no-such-file").toString(), new Configuration());
        assertThatThrownBy(() -> StepLine.read(nowhere))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
    }

    private Location file(String text) throws Exception {
        Path file = directory.resolve("metrics.jsonl");
        Files.writeString(file, text, StandardCharsets.UTF_8);
        return Location.of(file.toString(), new Configuration());
    }
}
