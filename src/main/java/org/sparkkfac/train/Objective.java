package org.sparkkfac.train;

import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.StepSums;

/**
 * The objective on the rows of a step.
 *
 * @param loss L, without decay
 * @param value h = L + ½ηθᵀDθ
 * @param gradient ∇h
 */
public record Objective(double loss, double value, ParameterVector gradient) {
    /** Values of single-precision passes that differ by less, relatively, do not differ. */
    private static final double ROUNDING_OF_SINGLE = 1e-6;

    /** The same in double precision. */
    private static final double ROUNDING_OF_DOUBLE = 1e-12;

    static Objective of(Network at, StepSums sums, Regularisation regularisation) {
        ParameterVector gradient = sums.meanGradient();
        regularisation.addGradient(at.parameters(), gradient);
        double loss = sums.fit().meanLoss();
        return new Objective(loss, loss + regularisation.value(at.parameters()), gradient);
    }

    /** Whether a change is for the worse, and not by rounding alone; one that is NaN is not. */
    static boolean isRaised(double value, double change, Precision precision) {
        double rounding = precision == Precision.DOUBLE ? ROUNDING_OF_DOUBLE : ROUNDING_OF_SINGLE;
        return change > rounding * Math.abs(value);
    }

    boolean isFinite() {
        return Double.isFinite(value) && gradient.isFinite();
    }
}
