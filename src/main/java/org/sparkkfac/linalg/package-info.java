/**
 * Matrices in two precisions, and what the mathematics above needs of them.
 *
 * <p>Everything is column-major; a batch is features × rows, so one example is one contiguous column. {@link
 * org.sparkkfac.linalg.Matrix} hides the precision from the code that streams rows; sums across batches, factorisations
 * and everything on the driver are {@link org.sparkkfac.linalg.DoubleMatrix}, always in double precision.
 *
 * <p>This is the only room that knows a BLAS. Which one is chosen once per process by {@link
 * org.sparkkfac.linalg.Blas}.
 */
@NullMarked
package org.sparkkfac.linalg;

import org.jspecify.annotations.NullMarked;
