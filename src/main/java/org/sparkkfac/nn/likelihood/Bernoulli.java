package org.sparkkfac.nn.likelihood;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;

/**
 * Independent yes or no outputs ({@code "type": "sigmoid"}): {@code p = 1/(1 + exp(−f))}, loss {@code Σ softplus(f) −
 * y·f}, {@code Λ = diag(p(1 − p))}.
 *
 * <p>A label is one number in [0, 1] an output.
 */
final class Bernoulli implements Likelihood {
    @Override
    public String type() {
        return "sigmoid";
    }

    @Override
    public @Nullable String labelProblem(double[] label, int outputs) {
        return Labels.oneAnOutput(label, outputs, y -> y >= 0 && y <= 1, "in [0, 1]");
    }

    @Override
    public double loss(double[] f, double[] label) {
        double loss = 0;
        for (int i = 0; i < f.length; i++) {
            loss += Math.max(f[i], 0) + Math.log1p(Math.exp(-Math.abs(f[i]))) - label[i] * f[i];
        }
        return loss;
    }

    @Override
    public void gradient(double[] f, double[] label, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = probability(f[i]) - label[i];
        }
    }

    @Override
    public void drawGradient(double[] f, CounterRandom random, double[] into) {
        for (int i = 0; i < f.length; i++) {
            double p = probability(f[i]);
            // 1 − p loses the tail where p is near 1; the probability of the other answer keeps it.
            into[i] = random.nextUniform() < p ? -probability(-f[i]) : p;
        }
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        for (int c = 0; c < f.length; c++) {
            Arrays.fill(root[c], 0, f.length, 0);
            root[c][c] = Math.sqrt(probability(f[c]) * probability(-f[c]));
        }
    }

    private static double probability(double f) {
        if (f >= 0) {
            return 1 / (1 + Math.exp(-f));
        }
        double e = Math.exp(f);
        return e / (1 + e);
    }
}
