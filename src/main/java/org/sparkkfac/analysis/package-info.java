/**
 * Figures about curvature: spectra, and what they say about dimension and conditioning.
 *
 * <p>Figures are of averages, as the blocks of {@code curvature} are, and are computed on the driver from finished
 * statistics and preconditioners. What is computed here is a record of plain numbers; who prints it is the business of
 * others.
 */
@NullMarked
package org.sparkkfac.analysis;

import org.jspecify.annotations.NullMarked;
