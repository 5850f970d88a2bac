/**
 * The rules for the next step, with their settings. A new one is a file with its {@link
 * org.sparkkfac.train.optimiser.OptimiserType} and a line in {@link org.sparkkfac.train.optimiser.Optimisers}.
 */
@NullMarked
package org.sparkkfac.train.optimiser;

import org.jspecify.annotations.NullMarked;
