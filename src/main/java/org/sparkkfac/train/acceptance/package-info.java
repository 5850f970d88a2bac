/**
 * What decides by the objective h(θ) = L(θ) + ½ηθᵀDθ: whether a step stays, and which parameters are the model at the end.
 */
@NullMarked
package org.sparkkfac.train.acceptance;

import org.jspecify.annotations.NullMarked;
