package org.sparkkfac.report;

import java.util.List;

/**
 * Charts over the same points.
 *
 * @param axes quantities to draw against, finite; the reader chooses where there are several
 * @param charts whose series have a value for each point
 */
public record ChartGroup(String title, List<Series> axes, List<Chart> charts) implements Section {
    /** Copies the lists; rejects series with another number of points than the axes. */
    public ChartGroup {
        axes = List.copyOf(axes);
        charts = List.copyOf(charts);
        int points = axes.get(0).values().size();
        boolean even = axes.stream().allMatch(axis -> axis.values().size() == points)
                && charts.stream()
                        .flatMap(chart -> chart.series().stream())
                        .allMatch(series -> series.values().size() == points);
        if (!even) {
            throw new IllegalArgumentException(title + ": axes and series must all have " + points + " values");
        }
    }
}
