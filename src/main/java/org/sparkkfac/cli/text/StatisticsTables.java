package org.sparkkfac.cli.text;

import java.util.List;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;

/** What the commands that make statistics say of them. */
public final class StatisticsTables {
    private StatisticsTables() {}

    /** Rows, weight, loss and kind of Fisher matrix, without an end of line. */
    public static String headline(StatisticsState statistics, Fisher fisher) {
        return Table.count(statistics.rows()) + " rows, total weight " + statistics.totalWeight()
                + statistics
                        .meanLoss()
                        .map(loss -> ", mean loss " + Table.number(loss))
                        .orElse(", no labels")
                + ", " + fisher.type() + " Fisher";
    }

    /** The averaged traces, a line for each layer and sum. */
    public static Table traces(StatisticsState statistics) {
        Table table = new Table("layer", "out × in", "statistic", "mean trace");
        List<LayerShape> layers = statistics.layers();
        for (StatisticKind kind : statistics.kinds()) {
            List<String> keys = kind.keys(layers);
            boolean aLayerEach =
                    keys.equals(layers.stream().map(LayerShape::name).toList());
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                String shape = aLayerEach ? layers.get(i).describe() : "";
                statistics
                        .statistics(kind)
                        .get(i)
                        .traces()
                        .forEach((name, trace) ->
                                table.add(key, shape, name, Table.number(trace / statistics.totalWeight())));
            }
        }
        return table;
    }
}
