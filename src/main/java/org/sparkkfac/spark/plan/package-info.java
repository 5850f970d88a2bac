/**
 * What a job takes, known before it starts: memory, traffic and time, from the shapes of a network, the settings and the
 * footers of files. {@link org.sparkkfac.spark.plan.PassCost} reckons one pass; what is here, a training and the clock.
 */
@NullMarked
package org.sparkkfac.spark.plan;

import org.jspecify.annotations.NullMarked;
