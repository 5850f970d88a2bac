package org.sparkkfac.io.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.Fixtures;
import org.sparkkfac.io.artefact.OutputDirectory;
import org.sparkkfac.io.files.FaultyFileSystem;
import org.sparkkfac.io.files.FaultyFileSystem.Fault;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.Publishing;
import org.sparkkfac.io.tensors.Safetensors;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.train.state.BatchCursor;
import org.sparkkfac.train.state.ModelChoice;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.PendingStep;
import org.sparkkfac.train.state.StopReason;
import org.sparkkfac.train.state.TrainingCounters;
import org.sparkkfac.train.state.TrainingState;

final class CheckpointStoreTest {
    private static final List<LayerShape> LAYERS =
            List.of(new LayerShape("hidden", 3, 4, true), new LayerShape("output", 4, 2, false));
    private static final RunSignature STOP = new RunSignature(Json.object().put("steps", 9));

    @TempDir
    private Path directory;

    private static RunSignature course(double momentum) {
        RunSignature course = new RunSignature(Json.object());
        var settings = course.settings().deepCopy();
        settings.withObject("/train").put("momentum", momentum).put("seed", 1);
        return new RunSignature(settings);
    }

    private static CheckpointStore store(Location place, int keep) {
        return new CheckpointStore(place, keep, course(0.7), STOP, () -> "metrics".getBytes(StandardCharsets.UTF_8));
    }

    private static TrainingState state(long step) {
        ParameterVector weights = Cases.one().vector(LAYERS, (double) step);
        BatchCursor cursor = new BatchCursor(step, 1, 2);
        TrainingCounters progress =
                new TrainingCounters(step, cursor, 3, 4, 5, 6, 7, 8, 9, 10, new PendingStep(cursor, 3, 11), 12);
        return new TrainingState(
                progress, weights, Optional.empty(), Optional.of(weights), ModelChoice.AVERAGE, OptimiserState.empty());
    }

    private static void save(CheckpointStore store, long step, boolean isBest) {
        store.save(state(step), isBest, Optional.empty());
    }

    private static long latest(Location place) {
        return store(place, 2)
                .latest()
                .map(checkpoint -> {
                    TrainingState found = checkpoint.state(LAYERS, OptimiserState.empty());
                    assertThat(found.progress().step()).isEqualTo(checkpoint.step());
                    assertThat(found.weights().block(0).toArray())
                            .isEqualTo(
                                    state(checkpoint.step()).weights().block(0).toArray());
                    assertThat(checkpoint.metrics())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo("metrics");
                    return checkpoint.step();
                })
                .orElse(0L);
    }

    private List<String> names() {
        return Fixtures.at(directory).names().stream().sorted().toList();
    }

    @Test
    void theLastFewStayAndTheBest() {
        CheckpointStore store = store(Fixtures.at(directory), 2);
        assertThat(store.latest()).isEmpty();
        for (long step : new long[] {1, 2, 3, 4, 5, 6}) {
            save(store, step, step == 1 || step == 3);
        }
        assertThat(names()).containsExactly("step-00000003", "step-00000005", "step-00000006");
        assertThat(store.best().orElseThrow().step()).isEqualTo(3);
        assertThat(latest(Fixtures.at(directory))).isEqualTo(6);
        save(store, 100_000_000, true);
        assertThat(latest(Fixtures.at(directory))).isEqualTo(100_000_000);
        assertThat(names()).containsExactly("step-00000006", "step-100000000");
        CheckpointStore.removeAll(Fixtures.at(directory));
        assertThat(names()).isEmpty();
    }

    @Test
    void aStateSaysWhyItWasTheLast() {
        CheckpointStore store = store(Fixtures.at(directory), 2);
        save(store, 1, false);
        assertThat(store.latest().orElseThrow().end()).isEmpty();
        store.save(state(2), false, Optional.of(StopReason.TARGET_LOSS));
        assertThat(store.latest().orElseThrow().end()).contains(StopReason.TARGET_LOSS);
        assertThat(store.latest().orElseThrow().stopping().changes(STOP)).isEmpty();
    }

    /** Whatever operation is the last one of a process, what counts is the checkpoint before or the new one, whole. */
    @ParameterizedTest
    @EnumSource(value = Publishing.class)
    void aProcessMayDieAtAnyMoment(Publishing publishing) throws IOException {
        FaultyFileSystem all = new FaultyFileSystem(publishing, Fault.KILLED, Integer.MAX_VALUE);
        Path counted = Files.createDirectory(directory.resolve("counted"));
        save(store(Fixtures.at(counted), 1), 1, true);
        save(store(Fixtures.at(counted), 1), 2, false);
        save(store(all.location(counted), 1), 3, false);
        assertThat(all.operations()).isGreaterThan(8);
        List<Long> found = new ArrayList<>();
        for (int last = 1; last <= all.operations(); last++) {
            Path place = Files.createDirectory(directory.resolve("killed-at-" + last));
            save(store(Fixtures.at(place), 1), 1, true);
            save(store(Fixtures.at(place), 1), 2, false);
            CheckpointStore dying = store(new FaultyFileSystem(publishing, Fault.KILLED, last).location(place), 1);
            assertThatThrownBy(() -> save(dying, 3, false)).isInstanceOf(StorageException.class);
            found.add(latest(Fixtures.at(place)));
            assertThat(store(Fixtures.at(place), 1).best().orElseThrow().step()).isEqualTo(1);
            CheckpointStore next = store(Fixtures.at(place), 1);
            save(next, 3, false);
            save(next, 4, false);
            assertThat(latest(Fixtures.at(place))).isEqualTo(4);
            assertThat(Fixtures.at(place).names()).containsExactlyInAnyOrder("step-00000001", "step-00000004");
        }
        assertThat(found).contains(2L, 3L).isSorted();
    }

    @Test
    void aChangedCourseIsRefusedWithWhatChanged() {
        save(store(Fixtures.at(directory), 2), 1, false);
        CheckpointStore other = new CheckpointStore(Fixtures.at(directory), 2, course(0.9), STOP, () -> new byte[0]);
        assertThatThrownBy(other::latest)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        directory + "/step-00000001: was made by another training: train.momentum was 0.7 and is 0.9;"
                                + " put that back, or begin anew by overwriting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "flipped", "garbage", "no course", "no reason"})
    void ofADamagedLastOneItSaysWhichIsBeforeIt(String damage) throws IOException {
        save(store(Fixtures.at(directory), 3), 1, false);
        save(store(Fixtures.at(directory), 3), 2, false);
        store(Fixtures.at(directory), 3).save(state(3), false, Optional.of(StopReason.STEPS));
        damage(directory.resolve("step-00000003"), damage);
        assertThatThrownBy(() -> CheckpointStore.check(Fixtures.at(directory)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(directory + "/step-00000003")
                .hasMessageEndingWith("; remove " + directory + "/step-00000003 to go on from " + directory
                        + "/step-00000002, the checkpoint before it")
                .hasMessageNotContaining("Source")
                .hasMessageNotContaining("\n");
        damage(directory.resolve("step-00000002"), "cut");
        assertThatThrownBy(() -> CheckpointStore.check(Fixtures.at(directory)))
                .hasMessageContaining("to go on from " + directory + "/step-00000001");
        damage(directory.resolve("step-00000001"), "cut");
        assertThatThrownBy(() -> CheckpointStore.check(Fixtures.at(directory)))
                .hasMessageContaining("there is no whole checkpoint before it: begin anew by overwriting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "flipped", "garbage"})
    void aDamagedBestOneIsSeenBeforeItIsNeeded(String damage) throws IOException {
        save(store(Fixtures.at(directory), 1), 1, true);
        save(store(Fixtures.at(directory), 1), 2, false);
        CheckpointStore.check(Fixtures.at(directory));
        damage(directory.resolve("step-00000001"), damage);
        assertThat(latest(Fixtures.at(directory))).isEqualTo(2);
        assertThatThrownBy(() -> CheckpointStore.check(Fixtures.at(directory)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("; training can go on without this checkpoint")
                .hasMessageEndingWith("remove " + directory + "/step-00000001");
    }

    private static void damage(Path checkpoint, String how) throws IOException {
        Path state = checkpoint.resolve("state.safetensors");
        Path manifest = checkpoint.resolve("manifest.json");
        byte[] bytes = Files.readAllBytes(state);
        String text = Files.readString(manifest);
        switch (how) {
            case "cut" -> Files.write(state, Arrays.copyOf(bytes, bytes.length - 9));
            case "flipped" -> {
                bytes[bytes.length - 20] ^= 1;
                Files.write(state, bytes);
            }
            case "garbage" -> Files.writeString(manifest, text.substring(0, text.length() / 2));
            case "no course" -> Files.writeString(manifest, text.replace("\"course\"", "\"curse\""));
            default -> Files.writeString(manifest, text.replace("\"end\": \"steps\"", "\"end\": \"stops\""));
        }
    }

    @Test
    void oneThatLostItsManifestIsToldFromOneThatWasNeverWhole() throws IOException {
        Location place = Fixtures.at(directory);
        Path step = Files.createDirectory(directory.resolve("step-00000003"));
        assertThat(CheckpointStore.isAnyDamaged(place)).isFalse();
        Files.createFile(step.resolve(OutputDirectory.MARKER));
        Files.writeString(step.resolve("weights.safetensors"), "a part");
        assertThat(CheckpointStore.isAnyDamaged(place)).isFalse();
        assertThat(CheckpointStore.isAnyCommitted(place)).isFalse();
        save(store(place, 2), 3, false);
        assertThat(CheckpointStore.isAnyCommitted(place)).isTrue();
        assertThat(CheckpointStore.isAnyDamaged(place)).isFalse();
        Files.delete(step.resolve("manifest.json"));
        assertThat(CheckpointStore.isAnyDamaged(place)).isTrue();
        assertThat(CheckpointStore.isAnyCommitted(place)).isFalse();
    }

    @Test
    void damageIsSeen() throws IOException {
        save(store(Fixtures.at(directory), 2), 1, false);
        Path file = directory.resolve("step-00000001/state.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> latest(Fixtures.at(directory)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("sha256");
    }

    /** As a state_dict of PyTorch. */
    @Test
    void aStateIsTensorsByName() {
        save(store(Fixtures.at(directory), 2), 1, false);
        Location checkpoint = Fixtures.at(directory).child("step-00000001");
        assertThat(Safetensors.read(checkpoint.child("state.safetensors")).names())
                .containsExactlyInAnyOrder(
                        "weights.hidden.weight",
                        "weights.hidden.bias",
                        "weights.output.weight",
                        "average.hidden.weight",
                        "average.hidden.bias",
                        "average.output.weight");
        assertThat(checkpoint.child("metrics.jsonl").exists()).isTrue();
    }
}
