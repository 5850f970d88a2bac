package org.sparkkfac.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
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
            return storage("out of memory (" + message + "): raise the heap with --driver-memory or "
                    + "--executor-memory of spark-submit or KFAC_MEMORY of jobs/kfac, or collect for fewer layers");
        }
        if (thrown instanceof NoClassDefFoundError && message.startsWith("org/apache/")) {
            return user("Spark is not on the class path (" + message + "): run this through jobs/kfac or spark-submit");
        }
        return ofInput(thrown, message).or(() -> ofCluster(thrown, message));
    }

    private static Optional<Failure> ofInput(Throwable thrown, String message) {
        if (thrown instanceof FileNotFoundException || thrown instanceof NoSuchFileException) {
            return user("no such file: " + message);
        }
        if (thrown instanceof java.nio.file.AccessDeniedException) {
            return user("no permission: " + message);
        }
        if (WRONG_INPUT.stream().anyMatch(name -> isA(thrown, name))
                || UNREADABLE.matcher(message).find()) {
            return user(message);
        }
        if (NO_SOURCE.matcher(message).find()) {
            return user(message + "; check data.format");
        }
        if (MASTER.matcher(message).find()) {
            return user(message + "; check --master");
        }
        if (RESULT_SIZE.matcher(message).find() && isA(thrown, SPARK)) {
            return user(message + "; lower statistics.groups or raise that setting");
        }
        return Optional.empty();
    }

    private static Optional<Failure> ofCluster(Throwable thrown, String message) {
        if (thrown instanceof TimeoutException) {
            return storage("timed out: " + message);
        }
        if (thrown instanceof IOException) {
            return storage(message.isBlank() ? thrown.toString() : message);
        }
        boolean failed = CLUSTER.matcher(message).find()
                && (isA(thrown, SPARK) || isA(thrown, "java.lang.IllegalStateException"));
        return failed ? storage(message) : Optional.empty();
    }

    private static Optional<Failure> user(String message) {
        return Optional.of(Failure.of(ExitCodes.USER, message));
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
