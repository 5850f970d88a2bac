package org.sparkkfac.precondition;

import org.sparkkfac.NumericalException;
import org.sparkkfac.linalg.ParameterVector;

/**
 * {@code (M − w ggᵀ)⁻¹ = P + w·(Pg)(Pg)ᵀ/(1 − w·gᵀPg)}: Sherman and Morrison's formula. Inner products sum over layers,
 * so one g couples all blocks.
 *
 * <p>With the empirical F of the same rows, w = 1 and g the mean gradient this is the inverse of the gradient's
 * covariance; with w = w_i/W and g the gradient of row i it leaves that row out, the divisor kept.
 */
public final class Downdate {
    /** Below this, {@code 1 − w·gᵀPg} is mostly rounding and the answer would be too. */
    public static final double SMALLEST_MARGIN = 1e-6;

    private final Preconditioner preconditioner;
    private final ParameterVector direction;
    private final double weight;
    private final double margin;

    private Downdate(Preconditioner preconditioner, ParameterVector direction, double weight, double margin) {
        this.preconditioner = preconditioner;
        this.direction = direction;
        this.weight = weight;
        this.margin = margin;
    }

    static Downdate of(Preconditioner preconditioner, ParameterVector g, double weight) {
        ParameterVector direction = preconditioner.apply(g);
        double margin = 1 - weight * g.dot(direction);
        if (!Double.isFinite(margin)) {
            throw new NumericalException("the downdate overflows: w·gᵀPg is " + weight * g.dot(direction)
                    + "; scale the downdate vector or its weight");
        }
        if (margin <= SMALLEST_MARGIN) {
            throw new IndefiniteDowndateException(margin, weight);
        }
        return new Downdate(preconditioner, direction, weight, margin);
    }

    /** {@code 1 − w·gᵀPg}. */
    public double margin() {
        return margin;
    }

    /** {@code (M − w ggᵀ)⁻¹v}, as a new vector. */
    public ParameterVector apply(ParameterVector v) {
        ParameterVector result = preconditioner.apply(v);
        result.add(weight * direction.dot(v) / margin, direction);
        return result;
    }
}
