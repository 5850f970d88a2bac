/**
 * The rules for the next step, with their settings. A new one is an {@link org.sparkkfac.train.optimiser.Optimiser} and a record
 * in {@link org.sparkkfac.train.optimiser.OptimiserSettings}.
 */
@NullMarked
package org.sparkkfac.train.optimiser;

import org.jspecify.annotations.NullMarked;
