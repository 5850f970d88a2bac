package org.sparkkfac.report;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Some series with a common vertical axis.
 *
 * @param note what the quantities are, in a sentence
 * @param form how the series are drawn
 * @param series those with at least one value
 */
public record Chart(String title, String note, Form form, List<Series> series) {
    /** From a ratio of so much between the largest and the smallest value, a logarithmic axis shows more. */
    private static final double WIDE = 20;

    /** How series are drawn. */
    public enum Form {
        LINEAR,
        LOGARITHMIC,
        /** Areas on top of each other. */
        STACKED
    }

    /** Drops series without values. */
    public Chart {
        series = series.stream().filter(some -> !some.isEmpty()).toList();
    }

    /** Lines, on a logarithmic axis if all values are positive and some far larger than others. */
    public static Chart lines(String title, String note, List<Series> series) {
        double smallest = values(series).min().orElse(1);
        double largest = values(series).max().orElse(1);
        boolean wide = smallest > 0 && largest > WIDE * smallest;
        return new Chart(title, note, wide ? Form.LOGARITHMIC : Form.LINEAR, series);
    }

    /** Areas on top of each other. */
    public static Chart stacked(String title, String note, List<Series> series) {
        return new Chart(title, note, Form.STACKED, series);
    }

    private static DoubleStream values(List<Series> series) {
        return series.stream()
                .flatMap(some -> some.values().stream())
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite);
    }
}
