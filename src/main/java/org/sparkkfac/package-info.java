/**
 * Fisher information at the scale of a data lake.
 *
 * <p>This root package holds the three ways in which the library refuses: {@link org.sparkkfac.UserException} (the user can
 * mend it), {@link org.sparkkfac.NumericalException} (the numbers do not allow it) and {@link
 * org.sparkkfac.StorageException} (Spark or the file system failed); anything else that is thrown is a bug. And it holds
 * {@link org.sparkkfac.Setting}, by which settings records tell front ends what there is to set.
 */
@NullMarked
package org.sparkkfac;

import org.jspecify.annotations.NullMarked;
