package org.sparkkfac.cli.failure;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.NumericalException;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;

/**
 * How a failed command ends: its exit code, one line for the user, and the stack trace if it is a bug.
 *
 * <p>The whole chain of causes is searched, from the outside in: first for what this library throws itself, since Spark
 * wraps what a task throws; then for {@linkplain KnownFailures known failures} of Spark, Hadoop and the JVM.
 */
public record Failure(int exitCode, String message, Optional<Throwable> bug) {
    /** What is left of our own exception when Spark has turned it into the text of a failed task. */
    private static final Pattern OWN_IN_TEXT =
            Pattern.compile("\\borg\\.sparkkfac\\.(User|InvalidSetting|Numerical|Storage)Exception: (.+)");

    /** The failure, in the keys of the configuration. */
    public static Failure of(Throwable thrown) {
        return of(thrown, ComponentNames.keys());
    }

    /** The failure in the names of a command. */
    public static Failure of(Throwable thrown, ComponentNames names) {
        List<Throwable> chain = chain(thrown);
        return first(chain, link -> own(link, names))
                .or(() -> first(chain, Failure::ownInText))
                .or(() -> first(chain, KnownFailures::classify))
                .orElseGet(() -> bug(thrown));
    }

    /** A failure that is no exception. */
    public static Failure of(int exitCode, String message) {
        return new Failure(exitCode, oneLine(message), Optional.empty());
    }

    /** Prints the line, and the stack trace of a bug. */
    public void print(PrintWriter err) {
        err.println("kfac: error: " + message);
        bug.ifPresent(thrown -> thrown.printStackTrace(err));
        err.flush();
    }

    private static Failure bug(Throwable thrown) {
        String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        String line = oneLine(thrown.getClass().getName() + message);
        return new Failure(
                ExitCodes.BUG, "this is a bug in spark-kfac, please report it: " + line, Optional.of(thrown));
    }

    private static Optional<Failure> own(Throwable thrown, ComponentNames names) {
        String message = Objects.requireNonNullElse(thrown.getMessage(), thrown.toString());
        if (thrown instanceof UserException user) {
            return Optional.of(of(ExitCodes.USER, names.line(user)));
        }
        if (thrown instanceof NumericalException numerical) {
            return Optional.of(of(ExitCodes.NUMERICAL, message + names.inParentheses(numerical.mends())));
        }
        if (thrown instanceof StorageException) {
            return Optional.of(of(ExitCodes.STORAGE, message));
        }
        return Optional.empty();
    }

    private static Optional<Failure> ownInText(Throwable thrown) {
        Matcher own = OWN_IN_TEXT.matcher(Objects.requireNonNullElse(thrown.getMessage(), ""));
        if (!own.find()) {
            return Optional.empty();
        }
        int code =
                switch (own.group(1)) {
                    case "User", "InvalidSetting" -> ExitCodes.USER;
                    case "Numerical" -> ExitCodes.NUMERICAL;
                    default -> ExitCodes.STORAGE;
                };
        return Optional.of(of(code, own.group(2)));
    }

    private static Optional<Failure> first(List<Throwable> chain, Function<Throwable, Optional<Failure>> rule) {
        return chain.stream().flatMap(thrown -> rule.apply(thrown).stream()).findFirst();
    }

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable link = thrown; link != null && seen.add(link); link = link.getCause()) {
            chain.add(link);
        }
        return chain;
    }

    /** The first line that says something. */
    private static String oneLine(String message) {
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("no message")
                .replaceAll("\\p{Cntrl}", "?");
    }
}
