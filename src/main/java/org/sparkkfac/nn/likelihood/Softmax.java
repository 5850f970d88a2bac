package org.sparkkfac.nn.likelihood;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.CounterRandom;

/**
 * One of C classes: {@code p = softmax(f)}, loss {@code −Σ_c y_c log p_c}, {@code Λ = diag(p) − ppᵀ} with the columns
 * {@code r_c = √p_c (p − e_c)}.
 *
 * <p>A label is a class index 0 … C−1, or C probabilities.
 */
final class Softmax implements Likelihood {
    /** How far the sum of label probabilities may be from 1: single-precision exports keep about seven digits. */
    private static final double SUM_TOLERANCE = 1e-5;

    @Override
    public String type() {
        return "softmax";
    }

    @Override
    public String meaning() {
        return "one of several classes";
    }

    @Override
    public boolean hasProbabilities() {
        return true;
    }

    /** A class index. */
    @Override
    public int labelLength(int outputs) {
        return 1;
    }

    @Override
    public @Nullable String labelProblem(double[] label, int outputs) {
        if (label.length == 1) {
            double index = label[0];
            return index == Math.rint(index) && index >= 0 && index < outputs
                    ? null
                    : "label " + index + " must be a class index 0 … " + (outputs - 1);
        }
        String problem = Labels.oneAnOutput(label, outputs, y -> y >= 0 && y <= 1, "a probability");
        if (problem != null) {
            return problem;
        }
        double sum = 0;
        for (double probability : label) {
            sum += probability;
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE ? null : "label probabilities sum to " + sum + ", not to 1";
    }

    @Override
    public void mean(double[] f, double[] into) {
        double logSum = logSumExp(f);
        for (int c = 0; c < f.length; c++) {
            into[c] = Math.exp(f[c] - logSum);
        }
    }

    @Override
    public double output(double mean) {
        return Math.log(mean);
    }

    @Override
    public double loss(double[] f, double[] mean, double[] label) {
        int largest = 0;
        for (int c = 1; c < f.length; c++) {
            largest = mean[c] > mean[largest] ? c : largest;
        }
        double logSum = f[largest] - Math.log(mean[largest]); // its probability, at least 1/C, has all its digits
        if (label.length == 1) {
            return logSum - f[(int) label[0]];
        }
        double loss = 0;
        for (int c = 0; c < f.length; c++) {
            loss += label[c] * (logSum - f[c]);
        }
        return loss;
    }

    @Override
    public void gradient(double[] mean, double[] label, double[] into) {
        if (label.length == 1) {
            System.arraycopy(mean, 0, into, 0, mean.length);
            into[(int) label[0]] -= 1;
            return;
        }
        double sum = 0;
        for (double probability : label) {
            sum += probability;
        }
        for (int c = 0; c < label.length; c++) {
            into[c] = sum * mean[c] - label[c];
        }
    }

    @Override
    public void drawGradient(double[] f, double[] mean, CounterRandom random, double[] into) {
        System.arraycopy(mean, 0, into, 0, f.length);
        double remaining = random.nextUniform();
        int drawn = 0;
        for (int c = 0; c < f.length; c++) {
            if (into[c] > 0) {
                drawn = c;
            }
            remaining -= into[c];
            if (remaining < 0) {
                break;
            }
        }
        into[drawn] -= 1;
    }

    /** {@code p ∘ (u − pᵀu)}. */
    @Override
    public void fisherTimes(double[] f, double[] mean, double[] u, double[] into) {
        double average = 0;
        for (int c = 0; c < f.length; c++) {
            average += mean[c] * u[c];
        }
        for (int c = 0; c < f.length; c++) {
            into[c] = mean[c] * (u[c] - average);
        }
    }

    @Override
    public Score score() {
        return new ClassAccuracy();
    }

    @Override
    public Optional<ClassRule> classes(int outputs) {
        return Optional.of(new LargestOutput(outputs));
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        double[] p = new double[f.length];
        mean(f, p);
        for (int c = 0; c < f.length; c++) {
            double scale = Math.sqrt(p[c]);
            for (int d = 0; d < f.length; d++) {
                root[c][d] = scale * (c == d ? p[d] - 1 : p[d]);
            }
        }
    }

    private static double logSumExp(double[] f) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : f) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (double value : f) {
            sum += Math.exp(value - max);
        }
        return max + Math.log(sum);
    }
}
