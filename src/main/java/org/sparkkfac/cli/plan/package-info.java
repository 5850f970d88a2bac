/**
 * What a job would take and whether it fits, before it starts: an {@link org.sparkkfac.cli.plan.EstimateInputs} on rows and
 * cluster, and from it the {@link org.sparkkfac.cli.plan.JobPlan} of a collection or of a training, as text and as JSON.
 *
 * <p>Its place: the costs themselves are computed by {@link org.sparkkfac.spark.plan}; it knows no command.
 */
@NullMarked
package org.sparkkfac.cli.plan;

import org.jspecify.annotations.NullMarked;
