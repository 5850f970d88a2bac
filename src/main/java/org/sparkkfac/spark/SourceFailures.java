package org.sparkkfac.spark;

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
import org.sparkkfac.UserException;

/**
 * Tells the failures of a data source's reader that the data are to blame for from those of disks and networks. Every
 * source fails in its own way: libsvm throws NumberFormatException, csv in FAILFAST mode wraps its parser's exception,
 * Parquet throws a plain RuntimeException for a file that is none.
 */
final class SourceFailures {
    private static final Pattern UNPARSABLE = Pattern.compile(
            "malformed|cannot parse|could not parse|not a parquet file|is not a valid|can not read value|corrupt"
                    + "|cannot_parse|failed to parse|requirement failed|protocol message|magic number|bad record|invalid utf|while assembling a row");
    private static final Pattern ERROR_CODES = Pattern.compile("^\\[[A-Z][A-Z0-9_.]*] |\\s*SQLSTATE: \\w+;?");

    private SourceFailures() {}

    /** What is wrong with the data, in one line, if they are to blame. */
    static Optional<String> problem(Throwable failure) {
        Optional<String> problem = Optional.empty();
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isTransport(cause)) {
                return Optional.empty();
            }
            if (problem.isEmpty() && isUnparsable(cause)) {
                problem = Optional.of("the source's reader cannot parse it (" + firstLine(cause) + ")");
            }
        }
        return problem;
    }

    /** The exception of a Spark job as users should see it: our own if there is one inside, or what ails the data. */
    static RuntimeException ofJob(Exception failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserException own) {
                return own;
            }
        }
        String problem = problem(failure).orElseThrow(() -> rethrown(failure));
        return new UserException("bad data: " + problem + "; mend the row or leave it out of the data", failure);
    }

    /** Throws an exception as it is, checked or not; the result is for the compiler. */
    static RuntimeException rethrown(Throwable failure) {
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

    private static boolean isUnparsable(Throwable cause) {
        if (String.valueOf(cause.getMessage()).startsWith("Job aborted")) {
            return false; // its message is a whole stack trace; the causes are looked at one by one
        }
        return cause instanceof NumberFormatException
                || cause instanceof ParseException
                || cause instanceof DateTimeParseException
                || UNPARSABLE
                        .matcher(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                        .find();
    }

    /** The first line of a message, without Spark's codes around it. */
    private static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String line = message.lines()
                .findFirst()
                .orElse(cause.getClass().getSimpleName())
                .strip();
        line = ERROR_CODES.matcher(line).replaceAll("");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
