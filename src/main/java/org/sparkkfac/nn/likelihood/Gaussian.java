package org.sparkkfac.nn.likelihood;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.CounterRandom;

/**
 * Independent normal outputs of one known variance σ²: loss {@code ½‖f − y‖²/σ²}, {@code Λ = I/σ²}.
 *
 * @param variance σ² > 0
 */
record Gaussian(double variance) implements Likelihood {
    Gaussian {
        if (!(variance > 0) || !Double.isFinite(variance)) {
            throw new UserException("likelihood 'gaussian': variance must be positive and finite, not " + variance);
        }
    }

    @Override
    public String type() {
        return "gaussian";
    }

    @Override
    public String meaning() {
        return "numbers";
    }

    @Override
    public Map<String, Double> parameters() {
        return Map.of("variance", variance);
    }

    @Override
    public @Nullable String labelProblem(double[] label, int outputs) {
        return Labels.oneAnOutput(label, outputs, Double::isFinite, "finite");
    }

    @Override
    public void mean(double[] f, double[] into) {
        System.arraycopy(f, 0, into, 0, f.length);
    }

    @Override
    public double loss(double[] f, double[] mean, double[] label) {
        double squares = 0;
        for (int i = 0; i < f.length; i++) {
            squares += (f[i] - label[i]) * (f[i] - label[i]);
        }
        return 0.5 * squares / variance;
    }

    @Override
    public void gradient(double[] mean, double[] label, double[] into) {
        for (int i = 0; i < label.length; i++) {
            into[i] = (mean[i] - label[i]) / variance;
        }
    }

    @Override
    public void drawGradient(double[] f, double[] mean, CounterRandom random, double[] into) {
        double scale = 1 / Math.sqrt(variance);
        for (int i = 0; i < f.length; i++) {
            into[i] = scale * random.nextNormal();
        }
    }

    @Override
    public void fisherTimes(double[] f, double[] mean, double[] u, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = u[i] / variance;
        }
    }

    @Override
    public Score score() {
        return new ExplainedVariance();
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        for (int c = 0; c < f.length; c++) {
            Arrays.fill(root[c], 0, f.length, 0);
            root[c][c] = 1 / Math.sqrt(variance);
        }
    }
}
