/**
 * From any source of Spark to checked rows: what to read, in which order and in which groups ({@link
 * org.sparkkfac.spark.rows.InputPlan}), which columns hold what, what makes a row bad and where it then goes, and how
 * the others are packed into blocks.
 */
@NullMarked
package org.sparkkfac.spark.rows;

import org.jspecify.annotations.NullMarked;
