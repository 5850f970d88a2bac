package org.sparkkfac.cli.failure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions of Spark, Hadoop and the JVM that are not bugs of ours. Classes of Spark and Hadoop are known by name, so
 * that this works where they are missing, and message patterns hold for Spark 3.5 and 4.1.
 */
final class KnownFailures {
    private static final List<String> WRONG_INPUT = List.of(
            "org.apache.spark.sql.AnalysisException",
            "org.apache.hadoop.mapred.InvalidInputException",
            "org.apache.hadoop.mapreduce.lib.input.InvalidInputException",
            "org.apache.hadoop.fs.FileAlreadyExistsException",
            "org.apache.hadoop.fs.InvalidPathException",
            "org.apache.hadoop.fs.UnsupportedFileSystemException",
            "org.apache.hadoop.security.AccessControlException");

    private static final String SPARK = "org.apache.spark.SparkException";

    private static final Pattern UNREADABLE =
            Pattern.compile("FAILED_READ_FILE|CANNOT_READ_FILE|is not a Parquet file|Could not read footer");
    private static final Pattern NO_SOURCE = Pattern.compile("DATA_SOURCE_NOT_FOUND|Failed to find the data source");
    private static final Pattern MASTER = Pattern.compile("Could not parse Master URL|master URL must be set");
    private static final Pattern RESULT_SIZE = Pattern.compile("spark\\.driver\\.maxResultSize");
    private static final Pattern CLUSTER = Pattern.compile("ExecutorLostFailure|executor.{0,40} lost|FetchFailed"
            + "|MetadataFetchFailed|heartbeat.{0,40}timed out|Container .{0,80}killed|SparkContext (was|has been) shut down"
            + "|stopped SparkContext|Futures timed out|No space left|Master removed|All masters are unresponsive"
            + "|excludeOnFailure|Yarn application has already ended");

    private KnownFailures() {}

    static Optional<Failure> classify(Throwable thrown) {
        String message = Objects.requireNonNullElse(thrown.getMessage(), "");
        if (thrown instanceof OutOfMemoryError) {
            return storage(
                    "out of memory (" + message + "): give the JVM more heap (--driver-memory and --executor-memory"
                            + " of spark-submit, -Xmx of java), or take fewer layers at a time");
        }
        if (thrown instanceof NoClassDefFoundError && message.startsWith("org/apache/")) {
            return user("Spark is not on the class path (" + message + "): run this through jobs/kfac or spark-submit");
        }
        return ofInput(thrown, message).or(() -> ofCluster(thrown, message));
    }

    private static Optional<Failure> ofInput(Throwable thrown, String message) {
        if (thrown instanceof FileNotFoundException && message.endsWith("(Permission denied)")) {
            return user(message + "; ask for access, or leave the file out");
        }
        if (thrown instanceof FileNotFoundException || thrown instanceof NoSuchFileException) {
            return user("no such file: " + message);
        }
        if (thrown instanceof AccessDeniedException) {
            return user("no permission: " + message);
        }
        if (WRONG_INPUT.stream().anyMatch(name -> isA(thrown, name))) {
            return user(message);
        }
        return lineWith(UNREADABLE, message)
                .flatMap(line -> user(line + reason(thrown)))
                .or(() -> lineWith(NO_SOURCE, message).flatMap(line -> user(line + "; check data.format")))
                .or(() -> lineWith(MASTER, message).flatMap(line -> user(line + "; check --master")))
                .or(() -> lineWith(RESULT_SIZE, message)
                        .filter(line -> isA(thrown, SPARK))
                        .flatMap(line -> user(line + "; lower statistics.groups or raise that setting")));
    }

    private static Optional<Failure> ofCluster(Throwable thrown, String message) {
        if (thrown instanceof TimeoutException) {
            return storage("timed out: " + message);
        }
        if (thrown instanceof IOException) {
            return storage(message.isBlank() ? thrown.toString() : message);
        }
        boolean ofSpark = isA(thrown, SPARK) || thrown instanceof IllegalStateException;
        return lineWith(CLUSTER, message).filter(line -> ofSpark).flatMap(KnownFailures::storage);
    }

    /** The line of a message that gives the reason: Spark's messages carry whole stack traces. */
    private static Optional<String> lineWith(Pattern pattern, String message) {
        return message.lines()
                .filter(line -> pattern.matcher(line).find())
                .map(line -> line.replaceFirst("^\\s*Caused by: [\\w.$]+: ", ""))
                .findFirst();
    }

    /** The message of the innermost cause, in brackets. */
    private static String reason(Throwable thrown) {
        Throwable bottom = thrown;
        for (@Nullable Throwable link = thrown; link != null; link = link.getCause()) {
            bottom = link;
        }
        String message = Objects.requireNonNullElse(bottom.getMessage(), "");
        return bottom == thrown || message.isBlank()
                ? ""
                : " (" + message.lines().findFirst().orElse("") + ")";
    }

    private static Optional<Failure> user(String message) {
        return Optional.of(Failure.of(ExitCodes.USER, message.replaceAll("\\s*SQLSTATE: \\w+;?", "")));
    }

    private static Optional<Failure> storage(String message) {
        return Optional.of(Failure.of(ExitCodes.STORAGE, message));
    }

    private static boolean isA(Throwable thrown, String className) {
        for (@Nullable Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(className)) {
                return true;
            }
        }
        return false;
    }
}
