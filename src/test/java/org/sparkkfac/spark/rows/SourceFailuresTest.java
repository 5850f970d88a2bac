package org.sparkkfac.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.testing.LocalSpark;

/** Failures of data are told from those of disks and networks, which Spark should try again. */
final class SourceFailuresTest {
    @Test
    void anExceptionAnywhereInTheChainTells() {
        assertThat(SourceFailures.problem(
                        new IOException("read", new NumberFormatException("For input string: \"x\""))))
                .contains("the source's reader cannot parse it (For input string: \"x\")");
        assertThat(SourceFailures.problem(new IOException("[CODE.SUB] Malformed line\nwith a second line")))
                .contains("the source's reader cannot parse it (Malformed line)");
        assertThat(SourceFailures.problem(new RuntimeException("f is not a Parquet file")))
                .isPresent();
        assertThat(SourceFailures.problem(new IllegalArgumentException("requirement failed: indices")))
                .isPresent();
    }

    @Test
    void networksAndDisksAreNotTheDatasFault() {
        Exception timeout = new SocketTimeoutException("Read timed out");
        assertThat(SourceFailures.problem(timeout)).isEmpty();
        assertThat(SourceFailures.problem(new IOException("Could not read footer for file", timeout)))
                .isEmpty();
        assertThat(SourceFailures.problem(new RuntimeException("Can not read value at 0 in block 1", timeout)))
                .isEmpty();
        assertThat(SourceFailures.problem(new RuntimeException("corrupt?", new FileNotFoundException("gone"))))
                .isEmpty();
        assertThat(SourceFailures.problem(new IllegalStateException("a bug"))).isEmpty();
    }

    @Test
    void aLongMessageIsCut() {
        assertThat(SourceFailures.problem(new RuntimeException("malformed " + "x".repeat(1000)))
                        .orElseThrow())
                .hasSizeLessThan(260)
                .endsWith("…)");
    }

    @Test
    void whatNobodyIsToBlameForPassesAsItIs() {
        Exception bug = new IOException("checked");
        assertThat(catchThrowable(() -> SourceFailures.ofJob(bug))).isSameAs(bug);
        UserException own = new UserException("ours");
        assertThat(SourceFailures.ofJob(new RuntimeException("wrapped", own))).isSameAs(own);
    }

    @Test
    void aSourceWithoutAReadableSchemaNamesItsPath(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rows.parquet");
        Files.write(file, "no Parquet at all, only text".getBytes(StandardCharsets.UTF_8));
        DataSource source = new DataSource("parquet", Optional.of(file.toString()), Map.of());
        assertThat(catchThrowable(() -> source.read(LocalSpark.shared(), 3)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("path of the rows: " + file + ": the source's reader cannot parse it (")
                .hasMessageEndingWith("check its format, parquet");
    }

    @Test
    void aPathWithNothingThereIsTheUsers(@TempDir Path directory) {
        DataSource source = new DataSource("parquet", Optional.of(directory + "/none"), Map.of());
        assertThat(catchThrowable(() -> source.read(LocalSpark.shared(), 3)))
                .isInstanceOf(UserException.class)
                .hasMessage("path of the rows: " + directory + "/none: no such file or directory; check the path");
        DataSource unknown = new DataSource("parket", Optional.of(directory.toString()), Map.of());
        assertThat(catchThrowable(() -> unknown.read(LocalSpark.shared(), 3)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("format of the rows: no data source is called 'parket'; check its spelling");
    }
}
