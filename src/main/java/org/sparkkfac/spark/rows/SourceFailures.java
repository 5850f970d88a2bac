package org.sparkkfac.spark.rows;

import java.io.FileNotFoundException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.text.ParseException;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;

/**
 * Separates failures of a data source's reader that are due to the data from those of disks and networks. Every
 * source fails in its own way: libsvm throws NumberFormatException, csv in FAILFAST mode wraps its parser's exception,
 * Parquet throws a plain RuntimeException for a file that is none.
 */
public final class SourceFailures {
    private static final Pattern UNPARSABLE = Pattern.compile(
            "malformed|cannot parse|could not parse|not a parquet file|is not a valid|can not read value|corrupt"
                    + "|cannot_parse|failed to parse|requirement failed|protocol message|magic number|bad record|invalid utf");
    /** What a pipeline's stages, and expressions in SQL, say of a value that they cannot take. */
    private static final Pattern UNUSABLE = Pattern.compile("while assembling a row|unseen label|values to assemble"
            + "|handleinvalid|divide_by_zero|division by zero|arithmetic_overflow|cast_invalid_input");

    private static final String NOT_TAKEN = "a pipeline or a condition cannot take it";

    private static final Pattern ERROR_CODES = Pattern.compile("^\\[[A-Z][A-Z0-9_.]*] |\\s*SQLSTATE: \\w+;?");

    /** What to do about a row, or a {@link #problem} of its source. */
    enum Mend {
        SKIP("mend the row, or skip bad rows", Component.BAD_ROWS),
        CONDITION(
                "leave such rows out by a condition, or fit the pipeline with handleInvalid = skip or keep",
                Component.DATA_WHERE),
        MODE(
                "mend the row, or let the reader pass over it with its option mode = PERMISSIVE or DROPMALFORMED",
                Component.DATA_OPTIONS),
        FILE("mend the file, or leave such files out with the Spark setting spark.sql.files.ignoreCorruptFiles = true"),
        ROW("mend the row or leave it out of the data; skipping bad rows does not get past it");

        private final String words;
        private final Component[] components;

        Mend(String words, Component... components) {
            this.words = words;
            this.components = components;
        }

        /** The one that helps where the source or a pipeline fails: skipping bad rows does not. */
        static Mend of(String problem) {
            if (problem.startsWith(NOT_TAKEN)) {
                return CONDITION;
            }
            String text = problem.toLowerCase(Locale.ROOT);
            if (text.contains("malformed records")) {
                return MODE;
            }
            return text.contains("footer") || text.contains("parquet") || text.contains("orc") ? FILE : ROW;
        }

        UserException refusal(String problem, @Nullable Throwable cause) {
            return new UserException(problem + "; " + words, cause, components);
        }
    }

    private SourceFailures() {}

    /** What is wrong with the data, in one line, if they caused the failure. */
    public static Optional<String> problem(Throwable failure) {
        Optional<String> unparsable = Optional.empty();
        Optional<String> unusable = Optional.empty();
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isTransport(cause)) {
                return Optional.empty();
            }
            if (isUnusable(cause)) {
                // The innermost: Spark's own exception around it names generated classes.
                unusable = Optional.of(NOT_TAKEN + " (" + firstLine(cause) + ")");
            } else if (unparsable.isEmpty() && isUnparsable(cause)) {
                unparsable = Optional.of("the source's reader cannot parse it (" + firstLine(cause) + ")");
            }
        }
        return unusable.isPresent() ? unusable : unparsable;
    }

    /** The exception of a Spark job as users should see it: our own if there is one inside, or what ails the data. */
    public static RuntimeException ofJob(Exception failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserException own) {
                return own;
            }
        }
        String problem = problem(failure).orElseThrow(() -> rethrown(failure));
        return Mend.of(problem).refusal("bad data: " + problem, failure);
    }

    /** Throws an exception as it is, checked or not; the result is for the compiler. */
    public static RuntimeException rethrown(Throwable failure) {
        return SourceFailures.<RuntimeException>sneak(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    /** A disk, a network or Spark's own bookkeeping failed on the way: another try may succeed. */
    private static boolean isTransport(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof UnknownHostException
                || cause instanceof InterruptedException
                || cause instanceof InterruptedIOException
                || cause instanceof FileNotFoundException
                || cause instanceof FileSystemException
                || cause instanceof ClosedChannelException
                || cause instanceof TaskKilledException
                || cause instanceof FetchFailedException;
    }

    private static boolean isUnusable(Throwable cause) {
        return !isWholeTrace(cause) && UNUSABLE.matcher(lowerCase(cause)).find();
    }

    /** The message of a failed job is a whole stack trace; the causes are looked at one by one. */
    private static boolean isWholeTrace(Throwable cause) {
        return String.valueOf(cause.getMessage()).startsWith("Job aborted");
    }

    private static String lowerCase(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }

    private static boolean isUnparsable(Throwable cause) {
        if (isWholeTrace(cause)) {
            return false;
        }
        return cause instanceof NumberFormatException
                || cause instanceof ParseException
                || cause instanceof DateTimeParseException
                || UNPARSABLE.matcher(lowerCase(cause)).find();
    }

    /** The first line of a message that says something, without Spark's codes around it. */
    public static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String line = message.lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(cause.getClass().getSimpleName());
        line = ERROR_CODES.matcher(line).replaceAll("");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
