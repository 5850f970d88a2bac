package org.sparkkfac.docs;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a page says that a command prints. Lines are compared one by one. A line {@code …} stands for any lines. A duration
 * may be any other; a number with a decimal point may differ by one in its last place, which rounding decides.
 *
 * @param varies what else may differ
 * @param within the part of a number by which it may differ, in place of one in the last place where it is more
 */
record ExpectedOutput(List<String> lines, List<Pattern> varies, double within) {
    private static final String ANY_LINES = "…";
    private static final Pattern DURATION = Pattern.compile("(?:\\d+ h )?(?:\\d+ min )?\\d[\\d,.]* (?:s|ms|min)\\b");
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w.])[-−]?\\d[\\d,]*(?:\\.\\d+)?(?:e[-+]?\\d+)?(?![\\w])");

    /** The first difference of what was printed, or empty. */
    Optional<String> difference(List<String> printed) {
        return difference(0, printed, 0);
    }

    private Optional<String> difference(int i, List<String> printed, int j) {
        if (i == lines.size()) {
            return j == printed.size() ? Optional.empty() : Optional.of("also printed: " + printed.get(j));
        }
        if (lines.get(i).strip().equals(ANY_LINES)) {
            Optional<String> first = Optional.empty();
            for (int k = j; k <= printed.size(); k++) {
                Optional<String> rest = difference(i + 1, printed, k);
                if (rest.isEmpty()) {
                    return rest;
                }
                first = first.isEmpty() ? rest : first;
            }
            return first;
        }
        if (j == printed.size()) {
            return Optional.of("not printed: " + lines.get(i));
        }
        return isSame(lines.get(i), printed.get(j))
                ? difference(i + 1, printed, j + 1)
                : Optional.of("page:    " + lines.get(i) + "\nprinted: " + printed.get(j));
    }

    private boolean isSame(String expected, String actual) {
        String a = settled(expected);
        String b = settled(actual);
        if (a.equals(b)) {
            return true;
        }
        List<String> numbers = numbers(a);
        List<String> others = numbers(b);
        if (!withoutNumbers(a).equals(withoutNumbers(b)) || numbers.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < numbers.size(); i++) {
            if (!isNear(numbers.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Without what may differ; where something may, neither do the spaces count that align it. */
    private String settled(String line) {
        String settled = line.stripTrailing();
        for (Pattern pattern : varies) {
            settled = pattern.matcher(settled).replaceAll("…");
        }
        settled = DURATION.matcher(settled).replaceAll("… s");
        return varies.isEmpty() && within == 0 ? settled : settled.strip().replaceAll(" +", " ");
    }

    private static List<String> numbers(String line) {
        return NUMBER.matcher(line).results().map(MatchResult::group).toList();
    }

    private static String withoutNumbers(String line) {
        return NUMBER.matcher(line).replaceAll("#").replaceAll(" +", " ");
    }

    private boolean isNear(String expected, String actual) {
        if (expected.equals(actual)) {
            return true;
        }
        double a = value(expected);
        double b = value(actual);
        boolean whole = !expected.contains(".");
        if (whole && within == 0) {
            return false;
        }
        double place = whole ? 0 : 1.001 * unit(expected);
        return Math.abs(a - b) <= Math.max(place, within * Math.abs(a));
    }

    private static double value(String number) {
        return Double.parseDouble(number.replace(",", "").replace('−', '-'));
    }

    /** One in the last place. */
    private static double unit(String number) {
        int exponent = number.indexOf('e');
        String digits = exponent < 0 ? number : number.substring(0, exponent);
        int power = exponent < 0 ? 0 : Integer.parseInt(number.substring(exponent + 1));
        return Math.pow(10, power - (digits.length() - digits.indexOf('.') - 1));
    }
}
