/**
 * The only room that sees Spark's data: passes over it, and the public API {@link org.sparkkfac.spark.SparkKfac}. How
 * rows are read is in {@link org.sparkkfac.spark.rows}, how sums come together in {@link
 * org.sparkkfac.spark.aggregate}, what a job takes in {@link org.sparkkfac.spark.plan}.
 *
 * <p>The law: the plan of the input (which rows, in which order, in which groups) depends on the data and the options
 * alone. One task folds one group in order into one state; states are folded in group order on the driver. So the same
 * input and options give the same bytes whatever the master, the executors and retries do.
 */
@NullMarked
package org.sparkkfac.spark;

import org.jspecify.annotations.NullMarked;
