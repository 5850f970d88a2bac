package org.sparkkfac.testing;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;

/** One row of a dataset; the label is null where there is none. */
public record Row(double[] x, double[] label, double weight, long id) {
    /** A row of weight 1. */
    public static Row of(double[] x, double[] label, long id) {
        return new Row(x, label, 1, id);
    }

    public Row withoutLabel() {
        return new Row(x, null, weight, id);
    }

    public Row withWeight(double newWeight) {
        return new Row(x, label, newWeight, id);
    }

    public static double totalWeight(List<Row> rows) {
        return rows.stream().mapToDouble(Row::weight).sum();
    }

    /** Blocks of the given sizes, which must add up to the number of rows; one block if none are given. */
    public static List<RowBlock> blocks(Precision precision, int inputs, List<Row> rows, int... sizes) {
        List<RowBlock> blocks = new ArrayList<>();
        int next = 0;
        for (int size : sizes.length == 0 ? new int[] {rows.size()} : sizes) {
            RowBlockBuilder builder = new RowBlockBuilder(precision, inputs, Math.max(1, size));
            for (int i = 0; i < size; i++) {
                Row row = rows.get(next++);
                builder.add(row.x(), row.label(), row.weight(), row.id());
            }
            blocks.add(builder.build());
        }
        if (next != rows.size()) {
            throw new IllegalArgumentException("sizes add up to " + next + ", not to " + rows.size());
        }
        return blocks;
    }

    /** All statistics of the rows, in double precision and blocks of the given sizes. */
    public static StatisticsState collect(Network network, Fisher fisher, List<Row> rows, int... sizes) {
        return collect(network, fisher, Precision.DOUBLE, rows, sizes);
    }

    public static StatisticsState collect(
            Network network, Fisher fisher, Precision precision, List<Row> rows, int... sizes) {
        return collect(List.of(StatisticKind.values()), network, fisher, precision, rows, sizes);
    }

    /** Some kinds of statistics, in as many passes as they need. */
    public static StatisticsState collect(
            List<StatisticKind> kinds,
            Network network,
            Fisher fisher,
            Precision precision,
            List<Row> rows,
            int... sizes) {
        return new StatisticsPlan(kinds, fisher, precision, 1024)
                .collect(network, LocalPass.of(precision, blocks(precision, network.inputs(), rows, sizes)));
    }

    /** Eigenvalue corrections alone, measured in bases from elsewhere. */
    public static StatisticsState correct(
            List<EigenBasis> bases, Network network, Fisher fisher, Precision precision, List<Row> rows, int... sizes) {
        StatisticsPlan plan = new StatisticsPlan(List.of(StatisticKind.EIGEN_CORRECTED), fisher, precision, 1024);
        return LocalPass.of(precision, blocks(precision, network.inputs(), rows, sizes))
                .run(network, plan.corrections(network, bases))
                .of(Statistics.class);
    }
}
