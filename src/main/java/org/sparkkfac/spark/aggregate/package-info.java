/**
 * How what the tasks computed comes together, in the order of the groups: as the results of one job where they are small,
 * by a shuffle of tiles where they are large ({@link org.sparkkfac.spark.aggregate.Aggregation}); and the bytes that
 * travel.
 */
@NullMarked
package org.sparkkfac.spark.aggregate;

import org.jspecify.annotations.NullMarked;
