package org.sparkkfac.cli.config;

import java.util.List;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsPlan;

/**
 * What is collected, and in which portions.
 *
 * @param layers names of layers, in which {@code *} and {@code ?} stand for any characters and for one
 * @param blockRows rows in a block
 * @param groups portions of the input, each folded by one task
 */
public record StatisticsSettings(
        List<StatisticKind> kinds, List<String> layers, Precision precision, int blockRows, int groups) {
    static final List<Setting<?>> SETTINGS = List.of(
            StatisticsPlan.KINDS,
            StatisticsPlan.LAYERS,
            StatisticsPlan.PRECISION,
            StatisticsPlan.BLOCK_ROWS,
            CollectOptions.GROUPS);

    public StatisticsSettings {
        kinds = List.copyOf(StatisticsPlan.KINDS.check(kinds));
        layers = List.copyOf(StatisticsPlan.LAYERS.check(layers));
        StatisticsPlan.BLOCK_ROWS.check(blockRows);
        CollectOptions.GROUPS.check(groups);
    }

    static StatisticsSettings of(SettingValues values) {
        return new StatisticsSettings(
                values.get(StatisticsPlan.KINDS),
                values.get(StatisticsPlan.LAYERS),
                values.get(StatisticsPlan.PRECISION),
                values.get(StatisticsPlan.BLOCK_ROWS),
                values.get(CollectOptions.GROUPS));
    }
}
