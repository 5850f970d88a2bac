/**
 * Likelihoods: what the outputs f of a network say of a label y, one row at a time, in double precision; one file each.
 */
@NullMarked
package org.sparkkfac.nn.likelihood;

import org.jspecify.annotations.NullMarked;
