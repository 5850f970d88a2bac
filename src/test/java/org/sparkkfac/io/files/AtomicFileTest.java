package org.sparkkfac.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.sparkkfac.io.artefact.Fixtures.at;
import static org.sparkkfac.io.artefact.Fixtures.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.FaultyFileSystem.Fault;

class AtomicFileTest {
    @TempDir
    Path directory;

    private static void write(Location at, boolean overwrite, String text) {
        AtomicFile.write(at, overwrite, out -> out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void aFileAndItsParentsAreMadeAndNothingElse() throws IOException {
        write(at(directory.resolve("a/b.json")), false, "one");
        assertThat(tree(directory)).containsExactly("a", "a/b.json");
    }

    @Test
    void anExistingFileNeedsOverwrite() {
        Path file = directory.resolve("x");
        write(at(file), false, "one");
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> write(at(file), false, "two"))
                .withMessageStartingWith(file + ": exists; ")
                .withMessageContaining("allow overwriting");
        write(at(file), true, "three");
        assertThat(file).hasContent("three");
    }

    @Test
    void aDirectoryIsNotReplaced() {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> write(at(directory), true, "one"))
                .withMessageContaining("is a directory");
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME", "PUT"})
    void contentThatFailsLeavesTheOldFileAndNoDirectory(Publishing publishing) throws IOException {
        FaultyFileSystem fileSystem = new FaultyFileSystem(publishing, Fault.ONCE, Integer.MAX_VALUE);
        write(at(directory.resolve("x")), false, "old");
        for (String name : new String[] {"x", "a/b"}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> AtomicFile.write(fileSystem.location(directory.resolve(name)), true, out -> {
                        out.write(1);
                        throw new IllegalStateException("a bug");
                    }));
        }
        assertThat(tree(directory)).containsExactly("x");
        assertThat(directory.resolve("x")).hasContent("old");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsAStorageExceptionAndLeavesNothing() throws IOException {
        Files.createSymbolicLink(directory.resolve("_x.tmp"), Path.of("/dev/full"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> write(at(directory.resolve("x")), false, "one"))
                .withMessageStartingWith(directory.resolve("x") + ": cannot be written: ")
                .withMessageContaining("No space left on device");
        assertThat(tree(directory)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nosuch://host/path", "a:b", "hdfs://no.such.host.invalid:1/x"})
    void aPathThatCannotBeUsedIsNamed(String path) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Location.of(path, new Configuration()).exists())
                .withMessageContaining(path);
    }

    @Test
    void aRelativePathStartsAtTheWorkingDirectoryAndIsShownAsWritten() {
        Location location = Location.of("out/statistics/", new Configuration(false));
        assertThat(location).hasToString("out/statistics");
        assertThat(location.path().toUri().getPath())
                .isEqualTo(Path.of("out/statistics").toAbsolutePath().toString());
        assertThat(location.child("x")).hasToString("out/statistics/x");
        assertThat(location.child("x").sibling("y")).hasToString("out/statistics/y");
        assertThat(Location.of("/", new Configuration(false)).isDirectory()).isTrue();
    }

    @Test
    void namesWithSpacesAndPercentSignsArePlain() throws IOException {
        Path file = directory.resolve("a b%20[c]*{d}/x y");
        write(at(file), false, "one");
        assertThat(Files.readString(file)).isEqualTo("one");
    }
}
