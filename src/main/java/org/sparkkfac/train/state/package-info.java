/**
 * What training goes on from, to the last bit: parameters, counters, the position in the data, and what an optimiser carries
 * from one step to the next. {@link org.sparkkfac.train.state.StateStore} is where it is kept.
 */
@NullMarked
package org.sparkkfac.train.state;

import org.jspecify.annotations.NullMarked;
