/**
 * Sums over rows of functions of taps.
 *
 * <p>A {@link org.sparkkfac.stats.Request} is a list of {@link org.sparkkfac.stats.Part}s: the gradient, Fisher statistics,
 * products {@code vᵀFv}, losses at other parameters, each over some {@link org.sparkkfac.stats.Rows}. {@link
 * org.sparkkfac.stats.Pass} is the port that answers it with {@link org.sparkkfac.stats.Sums}, here over blocks in this
 * process, in Spark over a dataset. The law: an empty sum is an identity, and however the rows are split, merging the parts
 * gives the whole. A new use of the rows is one part in one file.
 *
 * <p>A {@link org.sparkkfac.stats.Statistic} is a weighted sum that is never divided here: {@code F = Σ w_i F_i / Σ w_i} is
 * divided once, when it is read. A new statistic is one file and one line in {@link org.sparkkfac.stats.StatisticKind}.
 */
@NullMarked
package org.sparkkfac.stats;

import org.jspecify.annotations.NullMarked;
