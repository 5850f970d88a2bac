package org.sparkkfac.train;

import org.sparkkfac.linalg.ParameterVector;
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
    /** Values that differ by less, relatively, do not differ. */
    private static final double ROUNDING = 1e-12;

    static Objective of(Network at, StepSums sums, Regularisation regularisation) {
        ParameterVector gradient = sums.meanGradient();
        regularisation.addGradient(at.parameters(), gradient);
        double loss = sums.fit().meanLoss();
        return new Objective(loss, loss + regularisation.value(at.parameters()), gradient);
    }

    /** Whether a change is for the worse, and not by rounding alone; one that is NaN is not. */
    static boolean isRaised(double value, double change) {
        return change > ROUNDING * Math.abs(value);
    }

    boolean isFinite() {
        return Double.isFinite(value) && gradient.isFinite();
    }
}
