/**
 * Figures about curvature: spectra, what they say about dimension and conditioning, and how far blocks are from their
 * approximations.
 *
 * <p>Figures are of averages, as the blocks of {@code curvature} are. They are computed in one process from finished
 * statistics and preconditioners, and for distances from taps of a sample of rows. Results are records of plain numbers.
 */
@NullMarked
package org.sparkkfac.analysis;

import org.jspecify.annotations.NullMarked;
