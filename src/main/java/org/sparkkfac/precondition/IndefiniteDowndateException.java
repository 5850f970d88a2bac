package org.sparkkfac.precondition;

import java.util.Locale;
import org.sparkkfac.NumericalException;

/** {@code M − w ggᵀ} is not safely positive definite: {@code 1 − w·gᵀPg ≤ 1e-6}. */
public final class IndefiniteDowndateException extends NumericalException {
    private final double margin;

    IndefiniteDowndateException(double margin, int rank) {
        super(String.format(
                Locale.ROOT,
                "the downdate is not positive definite: %s = %.6g, but it must exceed 1e-6; more damping, or a smaller"
                        + " downdate weight, helps",
                rank == 1 ? "1 − w·gᵀPg" : "the smallest eigenvalue of I − UᵀPU",
                margin));
        this.margin = margin;
    }

    /** {@code 1 − w·gᵀPg}. */
    public double margin() {
        return margin;
    }
}
