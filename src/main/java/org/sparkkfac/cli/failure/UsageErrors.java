package org.sparkkfac.cli.failure;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers a command line that makes no sense with one line, not with pages of help. */
public final class UsageErrors implements IParameterExceptionHandler {
    /** What picocli says of a group of options that is there twice. */
    private static final Pattern TWICE = Pattern.compile("\\{(--[^}]*)\\} and .*\\{(--[^}]*)\\}");

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String command = line.getCommandSpec().qualifiedName();
        Failure.of(ExitCodes.USER, problem(e) + suggestion(e) + "; try " + command + " --help")
                .print(line.getErr());
        return ExitCodes.USER;
    }

    private static String problem(ParameterException e) {
        if (e instanceof MaxValuesExceededException) {
            Matcher twice = TWICE.matcher(String.valueOf(e.getMessage()));
            if (twice.find()) {
                return twice.group(1) + " and " + twice.group(2) + " exclude each other; give one, once";
            }
        }
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !e.getCommandLine().getSubcommands().isEmpty()) {
            return "unknown command '" + unmatched.getUnmatched().get(0) + "'";
        }
        String message = String.valueOf(e.getMessage())
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceFirst("^Error: ", "")
                .replaceFirst("is not an? (int|long)$", "is not a whole number")
                .replaceFirst("is not a double$", "is not a number");
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> suggestions = unmatched.getSuggestions();
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }
}
