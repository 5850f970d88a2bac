package org.sparkkfac.spark;

import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticsState;

/**
 * Statistics of a dataset, with what is needed to say where they come from.
 *
 * @param statistics the sums
 * @param fisher over which labels the Fisher matrix was taken
 * @param input how the rows were cut and ordered
 * @param fingerprint a hash of all rows (features, label, weight), whatever their order
 * @param skipped rows that were left out; none unless {@link BadRowPolicy} allows it
 */
public record Collected(
        StatisticsState statistics, Fisher fisher, InputPlan input, String fingerprint, SkippedRows skipped) {}
