package org.sparkkfac.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Some series with a common vertical axis.
 *
 * @param note what the quantities are, in a sentence
 * @param form how the series are drawn
 * @param series those with at least one value
 */
public record Chart(String title, String note, Form form, List<Series> series) {
    /** Ratio of the largest to the smallest value from which a logarithmic axis shows more. */
    private static final double WIDE = 20;

    /** Fewer values than this are all shown. */
    private static final int FEW = 20;

    /** A linear axis goes beyond the middle four fifths of the values by this many times their span. */
    private static final double REACH = 3;

    /** How series are drawn. */
    public enum Form {
        LINEAR,
        LOGARITHMIC,
        /** Areas on top of each other. */
        STACKED
    }

    /**
     * The part of a linear axis that is shown where a few values lie far from the others, as in the first steps.
     *
     * @param from its lower end
     * @param to its upper end
     */
    public record Window(double from, double to) {}

    /** Drops series without values. */
    public Chart {
        series = series.stream().filter(some -> !some.isEmpty()).toList();
    }

    /** Lines, on a logarithmic axis if all values are positive and some far larger than others. */
    public static Chart lines(String title, String note, List<Series> series) {
        double smallest = values(series).min().orElse(1);
        double largest = values(series).max().orElse(1);
        boolean wide = smallest > 0 && largest > WIDE * smallest;
        Chart chart = new Chart(title, note, wide ? Form.LOGARITHMIC : Form.LINEAR, series);
        return chart.window().isEmpty()
                ? chart
                : new Chart(title, note + "; a few values are beyond the axis", chart.form, series);
    }

    /**
     * The part of a linear axis to show: {@code q₁₀ − 3s … q₉₀ + 3s, s = q₉₀ − q₁₀}, q the quantiles of all values; none
     * where that holds them all, or nearly all are equal.
     */
    public Optional<Window> window() {
        double[] sorted = values(series).sorted().toArray();
        if (form != Form.LINEAR || sorted.length < FEW) {
            return Optional.empty();
        }
        double smallest = sorted[0];
        double largest = sorted[sorted.length - 1];
        double low = sorted[sorted.length / 10];
        double high = sorted[sorted.length - 1 - sorted.length / 10];
        double beyond = REACH * (high - low);
        return beyond > 0 && (smallest < low - beyond || largest > high + beyond)
                ? Optional.of(new Window(Math.max(smallest, low - beyond), Math.min(largest, high + beyond)))
                : Optional.empty();
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
