package org.sparkkfac.report;

import java.util.List;

/**
 * A table of text.
 *
 * @param heading of its columns; none for pairs of a name and a value
 * @param rows with as many cells each
 * @param folded whether a reader has to open it
 */
public record FactTable(String title, List<String> heading, List<List<String>> rows, boolean folded)
        implements Section {
    /** Copies the lists; rejects rows of different lengths. */
    public FactTable {
        heading = List.copyOf(heading);
        rows = rows.stream().map(List::copyOf).toList();
        int cells = heading.isEmpty() ? 2 : heading.size();
        if (!rows.stream().allMatch(row -> row.size() == cells)) {
            throw new IllegalArgumentException(title + ": every row must have " + cells + " cells");
        }
    }

    /** Names with their values. */
    public static FactTable ofPairs(String title, List<List<String>> pairs) {
        return new FactTable(title, List.of(), pairs, false);
    }
}
