/**
 * Damped inverses of Fisher blocks in a form that is quick to apply, and their downdates.
 *
 * <p>A {@link org.sparkkfac.precondition.Preconditioner} is {@code P = M⁻¹} for a block-diagonal M, one {@link
 * org.sparkkfac.precondition.LayerInverse} a layer; {@link org.sparkkfac.precondition.Downdate} gives {@code (M − w
 * ggᵀ)⁻¹v}. What cannot be inverted is a typed failure that gives the number. A new method is a
 * {@link org.sparkkfac.precondition.LayerInverse} with its {@code InverseKind}, and a line in {@link
 * org.sparkkfac.precondition.Method}.
 */
@NullMarked
package org.sparkkfac.precondition;

import org.jspecify.annotations.NullMarked;
