package org.sparkkfac.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text for people: the first column to the left, the others to the right, two spaces between. */
public final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    /** A table with this line of headings. */
    public Table(String... heading) {
        lines.add(List.of(heading));
    }

    /** Adds a line. */
    public void add(String... cells) {
        lines.add(List.of(cells));
    }

    /** A number with four significant digits. */
    public static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** A whole number with commas between thousands. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** All digits of a number, but 1 for 1.0. */
    public static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int c = 0; c < line.size(); c++) {
                int column = c;
                int width = lines.stream()
                        .mapToInt(l -> l.get(column).length())
                        .max()
                        .orElse(0);
                String padding = " ".repeat(width - line.get(c).length());
                row.append(c == 0 ? "" : "  ").append(c == 0 ? line.get(c) + padding : padding + line.get(c));
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
