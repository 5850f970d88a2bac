package org.sparkkfac.io.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sparkkfac.io.artefact.Fixtures.STATISTICS;
import static org.sparkkfac.io.artefact.Fixtures.at;
import static org.sparkkfac.io.artefact.Fixtures.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.FaultyFileSystem;
import org.sparkkfac.io.files.FaultyFileSystem.Fault;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.Publishing;
import org.sparkkfac.io.tensors.DenseTensor;

/** The law of the room, at every operation that changes the file system, with rename and as an object store. */
class ArtefactFailureTest {
    private static final int MORE_THAN_ALL = 1_000;

    @TempDir
    Path scratch;

    private static void write(Location at, double value) {
        try (ArtefactWriter writer = ArtefactWriter.create(at, STATISTICS, true)) {
            writer.addFile("gradient", Map.of("x", DenseTensor.vector(value)));
            writer.addFile("diagonal", Map.of("x", DenseTensor.vector(value)));
            writer.commit(Json.object().put("value", value));
        }
    }

    /** A file system without faults, and without hsync, which would make this test slow. */
    private static Location healthy(Path directory) throws IOException {
        return new FaultyFileSystem(Publishing.RENAME, Fault.ONCE, Integer.MAX_VALUE).location(directory);
    }

    /** The value of an artefact all of whose parts agree. */
    private static double value(Path directory) {
        ArtefactReader reader = ArtefactReader.open(at(directory), STATISTICS);
        double value = reader.manifest().path("value").doubleValue();
        for (String file : List.of("gradient", "diagonal")) {
            assertThat(reader.tensors(file).dense("x").values()).containsExactly(value);
        }
        return value;
    }

    private interface Step {
        void at(FaultyFileSystem fileSystem, Path directory) throws IOException;
    }

    /** Runs the step in a fresh directory with the fault at its first, second, … operation, until it is not reached. */
    private void atEachOperation(Publishing publishing, Fault fault, Step step) throws IOException {
        int failing = 1;
        for (; failing < MORE_THAN_ALL; failing++) {
            FaultyFileSystem fileSystem = new FaultyFileSystem(publishing, fault, failing);
            step.at(fileSystem, Files.createDirectory(scratch.resolve(fault + "-" + failing)));
            if (!fileSystem.reached()) {
                break;
            }
        }
        assertThat(failing).isGreaterThan(8).isLessThan(MORE_THAN_ALL);
    }

    private static boolean succeeds(Location at, double value) {
        try {
            write(at, value);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void aKilledOverwriteLeavesTheOldArtefactOrTheNewOneAndCanBeRepeated(Publishing publishing) throws IOException {
        atEachOperation(publishing, Fault.KILLED, (fileSystem, directory) -> {
            write(healthy(directory), 1);
            boolean done = succeeds(fileSystem.location(directory), 2);
            assertThat(value(directory)).isIn(done ? new Double[] {2.0} : new Double[] {1.0, 2.0});

            write(healthy(directory), 3);
            assertThat(value(directory)).isEqualTo(3);
            assertThat(tree(directory))
                    .as("killed at %d", fileSystem.operations())
                    .hasSize(3);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void aKilledRepetitionOfAKilledOverwriteStillLeavesNoMixture(Publishing publishing) throws IOException {
        atEachOperation(publishing, Fault.KILLED, (fileSystem, directory) -> {
            write(healthy(directory), 1);
            FaultyFileSystem first = new FaultyFileSystem(publishing, Fault.KILLED, fileSystem.operations() + 12);
            succeeds(first.location(directory), 2);
            double between = value(directory);
            succeeds(fileSystem.location(directory), 3);
            assertThat(value(directory)).isIn(between, 3.0);

            write(healthy(directory), 4);
            assertThat(value(directory)).isEqualTo(4);
            assertThat(tree(directory)).hasSize(3);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void aKilledFirstWriteLeavesNoArtefactAndCanBeRepeated(Publishing publishing) throws IOException {
        atEachOperation(publishing, Fault.KILLED, (fileSystem, scratchDirectory) -> {
            Path directory = scratchDirectory.resolve("out/statistics");
            boolean done = succeeds(fileSystem.location(directory), 1);
            if (!done && !Files.exists(directory.resolve("manifest.json"))) {
                assertThatExceptionOfType(UserException.class)
                        .isThrownBy(() -> value(directory))
                        .withMessageStartingWith(directory.toString());
            } else {
                assertThat(value(directory)).isEqualTo(1);
            }
            write(healthy(directory), 2);
            assertThat(value(directory)).isEqualTo(2);
            assertThat(tree(directory)).hasSize(3);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void aFailedOverwriteLeavesOneWholeArtefact(Publishing publishing) throws IOException {
        atEachOperation(publishing, Fault.ONCE, (fileSystem, directory) -> {
            write(healthy(directory), 1);
            List<String> before = tree(directory);
            if (succeeds(fileSystem.location(directory), 2)) {
                assertThat(value(directory)).isEqualTo(2);
            } else if (value(directory) == 1) {
                assertThat(tree(directory))
                        .as("failed at %d", fileSystem.operations())
                        .isEqualTo(before);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void aFailedFirstWriteLeavesNothing(Publishing publishing) throws IOException {
        atEachOperation(publishing, Fault.ONCE, (fileSystem, directory) -> {
            if (!succeeds(fileSystem.location(directory.resolve("out/statistics")), 1)
                    && !Files.exists(directory.resolve("out/statistics/manifest.json"))) {
                assertThat(tree(directory)).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void anOperationThatHappenedThoughItWasReportedAsFailedLeavesOneWholeArtefact(Publishing publishing)
            throws IOException {
        atEachOperation(publishing, Fault.DONE_BUT_REPORTED, (fileSystem, directory) -> {
            write(healthy(directory), 1);
            boolean done = succeeds(fileSystem.location(directory), 2);
            assertThat(value(directory)).isIn(done ? new Double[] {2.0} : new Double[] {1.0, 2.0});
        });
    }
}
