/**
 * The training loop and its optimisers: natural-gradient steps that alternate with statistics of rows.
 *
 * <p>With h(θ) = L(θ) + ½ηθᵀDθ and P the damped inverse of a running average of Fisher statistics, a step is
 *
 * <pre>{@code
 * fixed      δ ← μδ − rνP∇h                       r, μ given, ν = min(1, √(κ/(r²·Δᵀ∇h)))
 * adaptive   δ ← αΔ + μδ₀,  Δ = −P∇h              α, μ minimise ½δᵀ(F + (λ + η)I)δ + ∇hᵀδ with the exact F
 * }</pre>
 *
 * where in the second λ follows the ratio of measured to predicted reduction, and the damping γ of the factors is the best
 * of three; Martens and Grosse 2015 (arXiv:1503.05671), sections 6 and 7.
 *
 * <p>A {@link org.sparkkfac.train.Trainer} asks a {@link org.sparkkfac.stats.Pass} for sums, wherever the rows are; an
 * {@link org.sparkkfac.train.optimiser.Optimiser} chooses the step; a {@link org.sparkkfac.train.state.TrainingState} is all that is needed
 * to go on, to the last bit. Parameters are never NaN or infinite: a step that would make them so, or led to where the
 * loss is not finite, is taken back; so is an adaptive step that raised the loss of its rows. A new optimiser is an {@link
 * org.sparkkfac.train.optimiser.Optimiser} and a record in {@link org.sparkkfac.train.optimiser.OptimiserSettings}.
 */
@NullMarked
package org.sparkkfac.train;

import org.jspecify.annotations.NullMarked;
