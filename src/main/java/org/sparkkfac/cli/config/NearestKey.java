package org.sparkkfac.cli.config;

import java.util.Comparator;
import java.util.Locale;

/** Finds the key that somebody meant. */
final class NearestKey {
    private NearestKey() {}

    /**
     * The key with the smallest edit distance to {@code unknown}, case and hyphens aside. The last name counts for more than
     * the section, so that {@code damping} leads to {@code precondition.damping}.
     */
    static String to(String unknown) {
        return Keys.ALL.stream()
                .map(Key::path)
                .min(Comparator.comparingInt((String path) -> distance(unknown, path))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static int distance(String unknown, String path) {
        return sectionDistance(plain(sectionOf(unknown)), plain(sectionOf(path)))
                + editDistance(plain(lastName(unknown)), plain(lastName(path)));
    }

    /** A forgotten section costs one edit, a wrong one three at most. */
    private static int sectionDistance(String unknown, String section) {
        return Math.min(unknown.isEmpty() ? 1 : 3, editDistance(unknown, section));
    }

    private static String plain(String path) {
        return path.toLowerCase(Locale.ROOT).replaceAll("[-_\"]", "");
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String sectionOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    /** Levenshtein's distance: insertions, deletions and substitutions; one row of the table at a time. */
    static int editDistance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
