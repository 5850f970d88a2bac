package org.sparkkfac.report;

import java.util.List;

/**
 * What a page shows.
 *
 * @param title of the page, plain text, as all texts of a report are
 * @param subtitle a sentence below it
 * @param sections in their order
 */
public record Report(String title, String subtitle, List<Section> sections) {
    /** Copies the list. */
    public Report {
        sections = List.copyOf(sections);
    }

    /** The groups of charts among the sections. */
    List<ChartGroup> chartGroups() {
        return sections.stream()
                .filter(ChartGroup.class::isInstance)
                .map(ChartGroup.class::cast)
                .toList();
    }
}
