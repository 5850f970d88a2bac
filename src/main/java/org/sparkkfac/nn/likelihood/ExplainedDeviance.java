package org.sparkkfac.nn.likelihood;

import java.util.Map;

/**
 * {@code D² = 1 − dev(y, exp f) / dev(y, E y)} with the Poisson deviance {@code ½dev(y, μ) = Σ y log(y/μ) − y + μ}: R² for
 * counts. The terms of a row are {@code ½dev(y, exp f)}, {@code Σ y log y} and y.
 */
record ExplainedDeviance() implements Score {
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
            double y = label[i];
            double entropy = timesLog(y);
            into[0] += entropy - y * f[i] - y + Math.exp(f[i]);
            into[1] += entropy;
            into[2 + i] = y;
        }
    }

    @Override
    public double of(double[] means) {
        double deviance = means[1];
        for (int i = 2; i < means.length; i++) {
            deviance -= timesLog(means[i]);
        }
        return deviance > 0 ? 1 - means[0] / deviance : Double.NaN;
    }

    /** The mean deviance of a row. */
    @Override
    public Map<String, Double> further(double[] means, int outputs) {
        return Map.of("deviance", 2 * means[0]);
    }

    private static double timesLog(double y) {
        return y > 0 ? y * Math.log(y) : 0;
    }
}
