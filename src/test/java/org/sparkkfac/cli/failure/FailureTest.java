package org.sparkkfac.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hadoop.mapred.InvalidInputException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;

class FailureTest {
    private static final class SingularLayer extends NumericalException {
        SingularLayer(String message) {
            super(message);
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new UserException("bad"), 2, "bad"),
                Arguments.of(new SingularLayer("singular"), 3, "singular"),
                Arguments.of(new StorageException("full", new IOException("x")), 4, "full"),
                Arguments.of(new FileNotFoundException("/a/b"), 2, "no such file: /a/b"),
                Arguments.of(new NoSuchFileException("/a/b"), 2, "no such file: /a/b"),
                Arguments.of(new AccessDeniedException("/a/b"), 2, "no permission: /a/b"),
                Arguments.of(new AccessControlException("Permission denied: user=x"), 2, "Permission denied: user=x"),
                Arguments.of(
                        new InvalidInputException(List.of(new IOException("Input path does not exist: file:/a"))),
                        2,
                        "Input path does not exist: file:/a"),
                Arguments.of(new TimeoutException("no answer"), 4, "timed out: no answer"),
                Arguments.of(new IOException("No space left on device"), 4, "No space left on device"),
                Arguments.of(new UncheckedIOException(new IOException("Broken pipe")), 4, "Broken pipe"),
                Arguments.of(
                        new NoClassDefFoundError("org/apache/spark/SparkConf"), 2, "Spark is not on the class path"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyKindHasItsExitCodeAndKeepsItsMessage(Throwable thrown, int code, String message) {
        Failure failure = Failure.of(thrown);

        assertThat(failure.exitCode()).isEqualTo(code);
        assertThat(failure.message()).startsWith(message);
        assertThat(failure.bug()).isEmpty();
    }

    @Test
    void whatATaskThrewIsFoundUnderWhatSparkWrapsAroundIt() {
        Exception wrapped = new ExecutionException(new SparkException(
                "Job aborted due to stage failure: Task 0 failed 4 times", new UserException("row 7: label is NaN")));

        assertThat(Failure.of(wrapped).exitCode()).isEqualTo(2);
        assertThat(Failure.of(wrapped).message()).isEqualTo("row 7: label is NaN");
    }

    @Test
    void whatATaskThrewIsFoundInSparksTextWhereTheCauseIsLost() {
        Exception textOnly = new SparkException("Job aborted due to stage failure: Lost task 0.3 in stage 1.0 (TID 9): "
                + "org.sparkkfac.UserException: part-1.csv, row 7: label is NaN\n\tat org.sparkkfac.spark.Rows.check");

        assertThat(Failure.of(textOnly).exitCode()).isEqualTo(2);
        assertThat(Failure.of(textOnly).message()).isEqualTo("part-1.csv, row 7: label is NaN");
    }

    @Test
    void aSettingThatATaskRefusedIsTheUsersToMend() {
        Exception textOnly = new SparkException(
                "Lost task 0.3 in stage 1.0 (TID 9): "
                        + "org.sparkkfac.InvalidSettingException: momentum: must be in [0, 1), not 1.5\n\tat org.sparkkfac.Setting");

        assertThat(Failure.of(textOnly).exitCode()).isEqualTo(2);
        assertThat(Failure.of(textOnly).message()).isEqualTo("momentum: must be in [0, 1), not 1.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Job aborted due to stage failure: ExecutorLostFailure (executor 1 exited caused by one of the running tasks)",
                "Job aborted due to stage failure: FetchFailed(null, shuffleId=0)",
                "Job 3 cancelled because SparkContext was shut down",
                "Job aborted due to stage failure: java.io.IOException: No space left on device",
                "Executor heartbeat timed out after 120000 ms"
            })
    void aClusterThatFailsIsExitCode4(String message) {
        assertThat(Failure.of(new SparkException(message)).exitCode()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Could not parse Master URL: 'lokal'",
                "[FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] Encountered error while reading file file:/a.parquet.",
                "Job aborted: Total size of serialized results is bigger than spark.driver.maxResultSize (1024.0 MiB)"
            })
    void whatTheUserCanMendInSparkIsExitCode2(String message) {
        assertThat(Failure.of(new SparkException(message)).exitCode()).isEqualTo(2);
    }

    @Test
    void theLineThatTellsTheReasonIsDugOutOfSparksPages() {
        Exception footer = new SparkException(
                "Job aborted due to stage failure: Lost task 0.0: Exception thrown in awaitResult:\n\tat org.apache.X.y\n"
                        + "Caused by: java.lang.RuntimeException: file:/a.parquet is not a Parquet file. Expected magic");
        Exception read = new SparkException(
                "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///b.csv.  SQLSTATE: KD001",
                new IllegalStateException("truncated\nlater"));

        assertThat(Failure.of(footer).message()).isEqualTo("file:/a.parquet is not a Parquet file. Expected magic");
        assertThat(Failure.of(read).message())
                .isEqualTo(
                        "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///b.csv. (truncated)");
    }

    @Test
    void aBugInATaskStaysABug() {
        Exception wrapped = new SparkException(
                "Job aborted due to stage failure: java.lang.NullPointerException", new NullPointerException("x"));

        Failure failure = Failure.of(wrapped);

        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(failure.bug()).containsSame(wrapped);
    }

    @Test
    void aCycleOfCausesEnds() {
        Exception inner = new IllegalStateException("inner");
        Exception outer = new IllegalStateException("outer", inner);
        inner.initCause(outer);

        assertThat(Failure.of(outer).exitCode()).isEqualTo(1);
    }

    @Test
    void onlyABugPrintsMoreThanOneLine() {
        assertThat(printed(new UserException("first\nsecond"))).isEqualToNormalizingNewlines("kfac: error: first\n");
        assertThat(printed(new IllegalStateException("oops")))
                .startsWith("kfac: error: this is a bug in spark-kfac, please report it: "
                        + "java.lang.IllegalStateException: oops")
                .contains("\tat ");
    }

    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        Failure.of(thrown).print(new PrintWriter(text));
        return text.toString();
    }
}
