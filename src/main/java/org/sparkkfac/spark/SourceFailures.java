package org.sparkkfac.spark;

import java.text.ParseException;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells the failures of a data source's reader that the data are to blame for from those of disks and networks. Every
 * source fails in its own way: libsvm throws NumberFormatException, csv in FAILFAST mode wraps its parser's exception,
 * Parquet throws a plain RuntimeException for a file that is none.
 */
final class SourceFailures {
    private static final Pattern UNPARSABLE = Pattern.compile(
            "malformed|cannot parse|could not parse|not a parquet file|is not a valid|can not read value|cannot read footer"
                    + "|could not read footer|corrupt|unable to read|cannot_parse|failed to parse|requirement failed"
                    + "|protocol message|magic number|bad record|invalid utf");

    private SourceFailures() {}

    /** What is wrong with the data, in one line, if they are to blame. */
    static Optional<String> problem(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isUnparsable(cause)) {
                return Optional.of("the source's reader cannot parse it (" + firstLine(cause) + ")");
            }
        }
        return Optional.empty();
    }

    private static boolean isUnparsable(Throwable cause) {
        return cause instanceof NumberFormatException
                || cause instanceof ParseException
                || cause instanceof DateTimeParseException
                || UNPARSABLE
                        .matcher(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                        .find();
    }

    private static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String line = message.lines()
                .findFirst()
                .orElse(cause.getClass().getSimpleName())
                .strip();
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
