package org.sparkkfac.train.optimiser;

/**
 * How a step was chosen; NaN where an optimiser does not choose it.
 *
 * @param rate step size: the learning rate, or α
 * @param momentum μ
 * @param clip ν
 * @param damping λ after the step
 * @param gamma γ, the damping of the factors
 * @param ratio ρ, measured reduction over predicted
 * @param isIndefinite whether a downdate was left out since its matrix was not positive definite
 */
public record StepChoice(
        double rate, double momentum, double clip, double damping, double gamma, double ratio, boolean isIndefinite) {
    /** Nothing chosen. */
    public static final StepChoice NONE =
            new StepChoice(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, false);

    /** A step along the gradient or its like. */
    static StepChoice of(double rate, double momentum) {
        return new StepChoice(rate, momentum, Double.NaN, Double.NaN, Double.NaN, Double.NaN, false);
    }

    StepChoice withIndefinite(boolean indefinite) {
        return new StepChoice(rate, momentum, clip, damping, gamma, ratio, indefinite);
    }
}
