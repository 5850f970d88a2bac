/**
 * Fisher blocks of layers, made from averaged statistics: what {@code F_i} is, in a form that can be multiplied.
 *
 * <p>A block acts on vec(V) for V of the layer's shape, out × (in+1), columns stacked, and has {@link
 * org.sparkkfac.curvature.FisherBlock#toDense()} as its definition in full. The {@code precondition}
 * package inverts blocks.
 */
@NullMarked
package org.sparkkfac.curvature;

import org.jspecify.annotations.NullMarked;
