package org.sparkkfac.io.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sparkkfac.io.artefact.Fixtures.STATISTICS;
import static org.sparkkfac.io.artefact.Fixtures.at;
import static org.sparkkfac.io.artefact.Fixtures.damage;
import static org.sparkkfac.io.artefact.Fixtures.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.tensors.DenseTensor;

class ArtefactTest {
    @TempDir
    Path directory;

    private static void write(Location at, double value, boolean overwrite) {
        try (ArtefactWriter writer = ArtefactWriter.create(at, STATISTICS, overwrite)) {
            writer.addFile("gradient", Map.of("x", DenseTensor.vector(value), "y", DenseTensor.vector(value)));
            writer.addFile("diagonal", Map.of("x", DenseTensor.vector(value)));
            writer.commit(Json.object().put("rows", 3));
        }
    }

    private static double value(Location at) {
        ArtefactReader reader = ArtefactReader.open(at, STATISTICS);
        return reader.tensors("gradient").dense("x").values()[0];
    }

    private void refused(Path path, String message) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> {
                    ArtefactReader reader = ArtefactReader.open(at(path), STATISTICS);
                    reader.files().keySet().forEach(reader::tensors);
                })
                .withMessageStartingWith(path.toString())
                .withMessageContaining(message);
    }

    @Test
    void aFirstWriteHasThePlainNamesAndNothingElse() throws IOException {
        Path path = directory.resolve("out/statistics");
        write(at(path), 1, false);

        assertThat(tree(path)).containsExactly("diagonal.safetensors", "gradient.safetensors", "manifest.json");
        ArtefactReader reader = ArtefactReader.open(at(path), STATISTICS);
        assertThat(reader.manifest().fieldNames()).toIterable().containsExactly("format", "version", "rows", "files");
        assertThat(reader.format()).isEqualTo("spark-kfac/statistics");
        assertThat(reader.tensors("gradient").dense("x", 1).values()).containsExactly(1);
        assertThat(reader.header("diagonal")).hasSize(1);
    }

    @Test
    void equalContentGivesEqualBytes() throws IOException {
        write(at(directory.resolve("a")), 1, false);
        write(at(directory.resolve("b")), 1, false);
        for (String name : tree(directory.resolve("a"))) {
            assertThat(directory.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("b").resolve(name));
        }
    }

    @Test
    void anExistingArtefactIsRefusedWithoutOverwriteAndStays() {
        write(at(directory), 1, false);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> write(at(directory), 2, false))
                .withMessageStartingWith(directory + ": holds a spark-kfac/statistics artefact")
                .withMessageContaining("allow overwriting");
        assertThat(value(at(directory))).isEqualTo(1);
    }

    @Test
    void overwritingLeavesTheNewFilesOnlyHoweverOften() throws IOException {
        for (int i = 0; i < 4; i++) {
            write(at(directory), i, i > 0);
            assertThat(value(at(directory))).isEqualTo(i);
            assertThat(tree(directory)).hasSize(3).contains("manifest.json");
        }
        assertThat(tree(directory)).contains("gradient-r3.safetensors");
    }

    @Test
    void overwritingKeepsFilesOfOthers() throws IOException {
        write(at(directory), 1, false);
        Files.writeString(directory.resolve("vector.safetensors"), "mine");
        write(at(directory), 2, true);
        assertThat(directory.resolve("vector.safetensors")).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.txt", "vector.safetensors", "model.json", "manifest.json"})
    void aDirectoryThatIsNotOursIsNeverWrittenTo(String name) throws IOException {
        Files.writeString(directory.resolve(name), "{\"format\": \"other\"}");
        for (boolean overwrite : new boolean[] {false, true}) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> write(at(directory), 1, overwrite))
                    .withMessageStartingWith(directory.toString());
        }
        assertThat(tree(directory)).containsExactly(name);
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        for (Path path : new Path[] {file, file.resolve("below/it")}) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> write(at(path), 1, true))
                    .withMessageStartingWith(path + ": ");
        }
    }

    @Test
    void closingWithoutACommitRemovesAllAndTheDirectoriesMade() throws IOException {
        try (ArtefactWriter writer = ArtefactWriter.create(at(directory.resolve("a/b")), STATISTICS, false)) {
            writer.addFile("gradient", Map.of("x", DenseTensor.vector(1)));
            assertThat(tree(directory)).contains("a/b/gradient.safetensors");
        }
        assertThat(directory).isEmptyDirectory();

        write(at(directory), 1, false);
        try (ArtefactWriter writer = ArtefactWriter.create(at(directory), STATISTICS, true)) {
            writer.addFile("gradient", Map.of("x", DenseTensor.vector(2)));
        }
        assertThat(tree(directory)).containsExactly("diagonal.safetensors", "gradient.safetensors", "manifest.json");
        assertThat(value(at(directory))).isEqualTo(1);
    }

    @Test
    void whatIsNoArtefactIsNamedForWhatItIs() throws IOException {
        refused(directory.resolve("absent"), "no such directory");
        refused(directory, "has no manifest.json, so it is no artefact");
        refused(Files.writeString(directory.resolve("file"), ""), "is a file");
        Files.createFile(directory.resolve(OutputDirectory.MARKER));
        refused(directory, "unfinished artefact");
    }

    @Test
    void anotherFormatOrANewerVersionIsRefusedNamingBoth() {
        write(at(directory), 1, false);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(
                        () -> ArtefactReader.open(at(directory), new ArtefactFormat("spark-kfac/preconditioner", 1)))
                .withMessageContaining("is spark-kfac/statistics but should be spark-kfac/preconditioner");

        try (ArtefactWriter writer =
                ArtefactWriter.create(at(directory), new ArtefactFormat("spark-kfac/statistics", 2), true)) {
            writer.commit(Json.object());
        }
        refused(directory, "is version 2 of spark-kfac/statistics but this spark-kfac reads up to 1");
        assertThat(ArtefactReader.open(at(directory)).version()).isEqualTo(2);
    }

    @Test
    void missingLongerShorterAndChangedFilesAreRefused() throws IOException {
        write(at(directory), 1, false);
        Path file = directory.resolve("gradient.safetensors");
        byte[] bytes = Files.readAllBytes(file);

        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        refused(directory, "bytes but");
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length + 1));
        refused(directory, "bytes but");
        Files.delete(file);
        refused(directory, "gradient.safetensors: is missing");
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        refused(directory, "sha256 is ");
    }

    @Test
    void theChecksumCoversWhatIsPassedOver() throws IOException {
        write(at(directory), 1, false);
        Path file = directory.resolve("gradient.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        ArtefactReader reader = ArtefactReader.open(at(directory), STATISTICS);
        reader.visit("gradient", "x"::equals, (name, tensor) -> {});
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> reader.visit("gradient", "x"::equals, (name, tensor) -> {}))
                .withMessageContaining("sha256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../gradient.safetensors",
                "/etc/passwd",
                "a/../../b",
                "./gradient.safetensors",
                "",
                "a//b",
                "file:b",
                "a\\\\b",
                "manifest.json"
            })
    void aManifestCannotNameAFileOutsideItsDirectory(String path) throws IOException {
        write(at(directory), 1, false);
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"gradient.safetensors\"", "\"" + path + "\""));
        refused(directory, "is not a plain relative path");
    }

    @Test
    void aDamagedArtefactReadsRightOrIsRefused() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("ArtefactTest seed " + seed);
        Random random = new Random(seed);
        write(at(directory), 1, false);
        for (String name : tree(directory)) {
            byte[] valid = Files.readAllBytes(directory.resolve(name));
            for (int i = 0; i < 300; i++) {
                Files.write(directory.resolve(name), damage(valid, random));
                readsRightOrIsRefused("seed " + seed + ", " + name);
            }
            Files.write(directory.resolve(name), valid);
        }
        assertThat(value(at(directory))).isEqualTo(1);
    }

    private void readsRightOrIsRefused(String description) {
        try {
            ArtefactReader reader = ArtefactReader.open(at(directory), STATISTICS);
            for (String file : reader.files().keySet()) {
                assertThat(reader.tensors(file).dense("x").values())
                        .as(description)
                        .containsExactly(1);
            }
        } catch (UserException e) {
            assertThat(e).as(description).hasMessageStartingWith(directory.toString());
            assertThat(e.getMessage().lines()).as(description).hasSize(1);
        }
    }
}
