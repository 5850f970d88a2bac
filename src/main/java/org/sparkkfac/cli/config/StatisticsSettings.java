package org.sparkkfac.cli.config;

import java.util.List;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.stats.StatisticKind;

/**
 * What is collected, and in which portions.
 *
 * @param layers names of layers, in which {@code *} and {@code ?} stand for any characters and for one
 * @param blockRows rows in a block
 * @param groups portions of the input, each folded by one task
 */
public record StatisticsSettings(
        List<StatisticKind> kinds, List<String> layers, Precision precision, int blockRows, int groups) {
    public StatisticsSettings {
        kinds = List.copyOf(kinds);
        layers = List.copyOf(layers);
        InvalidSetting.unless(!kinds.isEmpty(), Key.STATISTICS_KINDS, "is an empty list");
        InvalidSetting.unless(!layers.isEmpty(), Key.STATISTICS_LAYERS, "is an empty list");
        InvalidSetting.unless(blockRows >= 1, Key.STATISTICS_BLOCK_ROWS, "must be at least 1, not " + blockRows);
        InvalidSetting.unless(groups >= 1, Key.STATISTICS_GROUPS, "must be at least 1, not " + groups);
    }
}
