/**
 * Networks: a list of nodes in topological order, forward, backward, and the taps on their layers.
 *
 * <p>{@link org.sparkkfac.nn.TapEngine} turns a block of rows into {@link org.sparkkfac.nn.Taps}: for every parametric
 * layer the inputs ā = [x; 1] and the gradients g of −log p with respect to the layer's outputs. Everything downstream
 * is a function of taps. A new operation is an {@link org.sparkkfac.nn.Operation} and a line in {@code Operations}; a new
 * activation or likelihood is a file in its package and a line in its registry.
 */
@NullMarked
package org.sparkkfac.nn;

import org.jspecify.annotations.NullMarked;
