package org.sparkkfac.nn.likelihood;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;

/**
 * Independent yes or no outputs ({@code "type": "sigmoid"}): {@code p = 1/(1 + exp(−f))}, loss {@code Σ softplus(f) −
 * y·f}, {@code Λ = diag(p(1 − p))}.
 *
 * <p>A label is one number in [0, 1] an output.
 */
final class Bernoulli implements Likelihood {
    /** From here on 1 − p is computed from f. */
    private static final double LIKELY = 0.99;

    /** Below this, four terms of −log(1 − q) are exact to the last place. */
    private static final double SMALL = 1e-4;

    /** A product of factors above ½ that is still far from underflow. */
    private static final double TINY = 1e-250;

    @Override
    public String type() {
        return "sigmoid";
    }

    @Override
    public String meaning() {
        return "yes or no for each output";
    }

    @Override
    public boolean hasProbabilities() {
        return true;
    }

    @Override
    public @Nullable String labelProblem(double[] label, int outputs) {
        return Labels.oneAnOutput(label, outputs, y -> y >= 0 && y <= 1, "in [0, 1]");
    }

    @Override
    public double output(double mean) {
        return Math.log(mean) - Math.log1p(-mean);
    }

    @Override
    public void mean(double[] f, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = probability(f[i]);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@code softplus f = max(f, 0) − log(1 − q)} with q the probability of the less likely answer. The factors 1 − q
     * are multiplied and one logarithm taken of hundreds of them; where q is so small that 1 − q would lose its digits, a
     * series stands for the logarithm.
     */
    @Override
    public double loss(double[] f, double[] mean, double[] label) {
        double loss = 0;
        double product = 1;
        for (int i = 0; i < f.length; i++) {
            loss += Math.max(f[i], 0) - label[i] * f[i];
            double q = f[i] > 0 ? complement(f[i], mean[i]) : mean[i];
            if (q < SMALL) {
                loss += q * (1 + q * (0.5 + q * (1.0 / 3 + q * 0.25)));
            } else {
                product *= 1 - q;
                if (product < TINY) {
                    loss -= Math.log(product);
                    product = 1;
                }
            }
        }
        return loss - Math.log(product);
    }

    @Override
    public void gradient(double[] mean, double[] label, double[] into) {
        for (int i = 0; i < label.length; i++) {
            into[i] = mean[i] - label[i];
        }
    }

    @Override
    public void drawGradient(double[] f, double[] mean, CounterRandom random, double[] into) {
        for (int i = 0; i < f.length; i++) {
            double p = mean[i];
            double drawn = random.nextUniform() < p ? 1 : 0;
            into[i] = p < LIKELY || drawn == 0 ? p - drawn : -probability(-f[i]);
        }
    }

    /** 1 − p, also where p is so near 1 that the difference would lose its digits. */
    private static double complement(double f, double p) {
        return p < LIKELY ? 1 - p : probability(-f);
    }

    @Override
    public void fisherTimes(double[] f, double[] mean, double[] u, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = mean[i] * complement(f[i], mean[i]) * u[i];
        }
    }

    @Override
    public Score score() {
        return new BinaryAccuracy();
    }

    @Override
    public Optional<ClassRule> classes(int outputs) {
        return outputs == 1 ? Optional.of(new YesOrNo()) : Optional.empty();
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        for (int c = 0; c < f.length; c++) {
            Arrays.fill(root[c], 0, f.length, 0);
            root[c][c] = Math.sqrt(probability(f[c]) * probability(-f[c]));
        }
    }

    private static double probability(double f) {
        double e = Math.exp(-Math.abs(f));
        return (f >= 0 ? 1 : e) / (1 + e);
    }
}
