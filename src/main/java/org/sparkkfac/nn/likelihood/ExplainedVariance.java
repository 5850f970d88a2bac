package org.sparkkfac.nn.likelihood;

import java.util.Map;

/**
 * {@code R² = 1 − E‖f − y‖² / E‖y − E y‖²}, over all outputs together. The terms of a row are {@code ‖f − y‖²}, {@code
 * ‖y‖²} and y; labels whose mean exceeds their deviation by more than 10⁵ leave it few digits.
 */
record ExplainedVariance() implements Score {
    @Override
    public String name() {
        return "r2";
    }

    @Override
    public int terms(int outputs) {
        return outputs + 2;
    }

    @Override
    public void terms(double[] f, double[] label, double[] into) {
        into[0] = 0;
        into[1] = 0;
        for (int i = 0; i < f.length; i++) {
            into[0] += (f[i] - label[i]) * (f[i] - label[i]);
            into[1] += label[i] * label[i];
            into[2 + i] = label[i];
        }
    }

    @Override
    public double of(double[] means) {
        double variance = means[1];
        for (int i = 2; i < means.length; i++) {
            variance -= means[i] * means[i];
        }
        return variance > 0 ? 1 - means[0] / variance : Double.NaN;
    }

    /** The root of the mean squared error of an output. */
    @Override
    public Map<String, Double> further(double[] means, int outputs) {
        return Map.of("rmse", Math.sqrt(means[0] / outputs));
    }
}
