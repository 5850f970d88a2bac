package org.sparkkfac.train.acceptance;

import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Gradient;
import org.sparkkfac.stats.Sums;

/**
 * The objective on the rows of a step.
 *
 * @param loss L, without decay
 * @param value h = L + ½ηθᵀDθ
 * @param gradient ∇h
 */
public record Objective(double loss, double value, ParameterVector gradient) {
    public static Objective of(Network at, Sums sums, Regularisation regularisation) {
        ParameterVector gradient = meanGradient(sums);
        regularisation.addGradient(at.parameters(), gradient);
        double loss = sums.of(Fit.class).meanLoss();
        return new Objective(loss, loss + regularisation.value(at.parameters()), gradient);
    }

    /** The weighted mean gradient of the rows that were asked, as a new vector. */
    public static ParameterVector meanGradient(Sums sums) {
        return sums.of(Gradient.class).mean(sums.of(Fit.class).weight());
    }

    public boolean isFinite() {
        return Double.isFinite(value) && gradient.isFinite();
    }
}
