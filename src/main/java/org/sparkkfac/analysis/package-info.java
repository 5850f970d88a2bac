/**
 * Figures about curvature: spectra, what they say about dimension and conditioning, and how far blocks are from their
 * approximations.
 *
 * <p>Figures are of averages, as the blocks of {@code curvature} are, and are computed on the driver from finished
 * statistics and preconditioners, and from taps of a sample of rows. What is computed here is a record of plain numbers; who prints it is the business of
 * others.
 */
@NullMarked
package org.sparkkfac.analysis;

import org.jspecify.annotations.NullMarked;
