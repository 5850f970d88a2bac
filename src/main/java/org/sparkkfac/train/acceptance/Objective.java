package org.sparkkfac.train.acceptance;

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
    public static Objective of(Network at, StepSums sums, Regularisation regularisation) {
        ParameterVector gradient = sums.meanGradient();
        regularisation.addGradient(at.parameters(), gradient);
        double loss = sums.fit().meanLoss();
        return new Objective(loss, loss + regularisation.value(at.parameters()), gradient);
    }

    public boolean isFinite() {
        return Double.isFinite(value) && gradient.isFinite();
    }
}
