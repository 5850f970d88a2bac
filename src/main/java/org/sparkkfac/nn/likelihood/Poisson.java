package org.sparkkfac.nn.likelihood;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;

/**
 * Independent counts with a log link: mean {@code exp f}, loss {@code Σ exp f − y·f}, {@code Λ = diag(exp f)}.
 *
 * <p>A label is one number ≥ 0 an output; it may be a rate and need not be whole.
 */
final class Poisson implements Likelihood {
    @Override
    public String type() {
        return "poisson";
    }

    @Override
    public String meaning() {
        return "counts";
    }

    @Override
    public @Nullable String labelProblem(double[] label, int outputs) {
        return Labels.oneAnOutput(label, outputs, y -> y >= 0, "a count ≥ 0");
    }

    @Override
    public void mean(double[] f, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = Math.exp(f[i]);
        }
    }

    @Override
    public double output(double mean) {
        return Math.log(mean);
    }

    @Override
    public double loss(double[] f, double[] mean, double[] label) {
        double loss = 0;
        for (int i = 0; i < f.length; i++) {
            loss += mean[i] - label[i] * f[i];
        }
        return loss;
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
            into[i] = mean[i] - random.nextPoisson(mean[i]);
        }
    }

    @Override
    public void fisherTimes(double[] f, double[] mean, double[] u, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = mean[i] * u[i];
        }
    }

    @Override
    public Score score() {
        return new ExplainedDeviance(
                ExplainedDeviance::timesLog, (y, f) -> ExplainedDeviance.timesLog(y) - y * f - y + Math.exp(f));
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        for (int c = 0; c < f.length; c++) {
            Arrays.fill(root[c], 0, f.length, 0);
            root[c][c] = Math.exp(0.5 * f[c]);
        }
    }
}
