/**
 * Statistics of taps as mergeable sums.
 *
 * <p>A {@link org.sparkkfac.stats.LayerStatistic} is a weighted sum over rows, never divided here: {@code F = Σ w_i F_i /
 * Σ w_i} is divided once, when it is read. The law: an empty sum is an identity, and however the rows are split, merging
 * the parts gives the whole. Which statistics are collected is a {@link org.sparkkfac.stats.StatisticsPlan}; {@link
 * org.sparkkfac.stats.StatisticsPass} is the port through which anything asks for sums over rows, here over an
 * iterable, in Spark over a dataset. {@link org.sparkkfac.stats.StepPass} is its sister for training, over some of the
 * rows and with what a step needs beside statistics. A new statistic is one file and one line in {@link
 * org.sparkkfac.stats.StatisticKind}.
 */
@NullMarked
package org.sparkkfac.stats;

import org.jspecify.annotations.NullMarked;
