package org.sparkkfac.cli.config;

import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the key that somebody meant. */
final class NearestKey {
    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

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
                + EDITS.apply(plain(lastName(unknown)), plain(lastName(path)));
    }

    /** A forgotten section costs one edit, a wrong one three at most. */
    private static int sectionDistance(String unknown, String section) {
        return Math.min(unknown.isEmpty() ? 1 : 3, EDITS.apply(unknown, section));
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
}
