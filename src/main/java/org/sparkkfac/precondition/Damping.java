package org.sparkkfac.precondition;

import org.sparkkfac.UserException;
import org.sparkkfac.curvature.FisherBlock;

/**
 * How much is added to the eigenvalues of a block before it is inverted.
 *
 * @param value λ itself, or c where λ is c times the mean eigenvalue of the block
 * @param isRelative which of the two
 */
public record Damping(double value, boolean isRelative) {
    /** Rejects what is negative or not finite. */
    public Damping {
        if (!(value >= 0) || !Double.isFinite(value)) {
            throw new UserException(
                    (isRelative ? "relative damping" : "damping") + " must be a finite number ≥ 0, not " + value);
        }
    }

    /** λ, the same for every layer. */
    public static Damping absolute(double lambda) {
        return new Damping(lambda, false);
    }

    /** λ = c · mean eigenvalue of the block that is inverted. */
    public static Damping relative(double c) {
        return new Damping(c, true);
    }

    /** λ for a block. */
    public double of(FisherBlock block) {
        return isRelative ? value * Math.max(0, block.meanEigenvalue()) : value;
    }
}
