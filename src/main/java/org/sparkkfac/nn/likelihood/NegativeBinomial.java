package org.sparkkfac.nn.likelihood;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.CounterRandom;

/**
 * Independent counts that spread more than Poisson's, with a log link and one known dispersion r: mean {@code μ = exp f},
 * variance {@code μ + μ²/r}, loss {@code Σ (y + r) log(1 + μ/r) − y·f}, gradient {@code r(μ − y)/(r + μ)}, {@code Λ =
 * diag(rμ/(r + μ))}; Lawless 1987, "Negative binomial and mixed Poisson regression". As r grows it becomes Poisson's.
 *
 * <p>A label is one number ≥ 0 an output; it need not be whole.
 *
 * @param dispersion r > 0
 */
record NegativeBinomial(double dispersion) implements Likelihood {
    static final String TYPE = "negative-binomial";

    NegativeBinomial {
        if (!(dispersion > 0) || !Double.isFinite(dispersion)) {
            throw new UserException(
                    "likelihood '" + TYPE + "': dispersion must be positive and finite, not " + dispersion);
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String meaning() {
        return "counts that spread more than Poisson's";
    }

    @Override
    public Map<String, Double> parameters() {
        return Map.of("dispersion", dispersion);
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
            loss += (label[i] + dispersion) * logRatio(f[i]) - label[i] * f[i];
        }
        return loss;
    }

    /** {@code log(1 + μ/r)}, also where μ overflows. */
    private double logRatio(double f) {
        double z = f - Math.log(dispersion);
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    @Override
    public void gradient(double[] mean, double[] label, double[] into) {
        for (int i = 0; i < label.length; i++) {
            into[i] = gradient(mean[i], label[i]);
        }
    }

    private double gradient(double mean, double y) {
        return dispersion * ((mean - y) / (dispersion + mean));
    }

    /** Poisson counts whose means are spread by a gamma distribution of shape r and mean 1. */
    @Override
    public void drawGradient(double[] f, double[] mean, CounterRandom random, double[] into) {
        for (int i = 0; i < f.length; i++) {
            double spread = gamma(random) / dispersion;
            into[i] = gradient(mean[i], random.nextPoisson(mean[i] * spread));
        }
    }

    /**
     * A number from the gamma distribution of shape r and scale 1; Marsaglia and Tsang 2000, "A simple method for
     * generating gamma variables". A shape below 1 comes of the next higher one.
     */
    private double gamma(CounterRandom random) {
        double boost = dispersion < 1 ? Math.pow(1 - random.nextUniform(), 1 / dispersion) : 1;
        double d = (dispersion < 1 ? dispersion + 1 : dispersion) - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextNormal();
            double v = Math.pow(1 + c * x, 3);
            double u = 1 - random.nextUniform();
            if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return boost * d * v;
            }
        }
    }

    @Override
    public void fisherTimes(double[] f, double[] mean, double[] u, double[] into) {
        for (int i = 0; i < f.length; i++) {
            into[i] = dispersion * (mean[i] / (dispersion + mean[i])) * u[i];
        }
    }

    @Override
    public void fisherRoot(double[] f, double[][] root) {
        for (int c = 0; c < f.length; c++) {
            Arrays.fill(root[c], 0, f.length, 0);
            root[c][c] = Math.sqrt(dispersion / (1 + dispersion * Math.exp(-f[c])));
        }
    }

    /** {@code ½dev(y, μ) = Σ y log(y/μ) − (y + r) log((y + r)/(μ + r))}. */
    @Override
    public Score score() {
        return new ExplainedDeviance(
                y -> ExplainedDeviance.timesLog(y) - ExplainedDeviance.timesLog(y + dispersion),
                (y, f) -> ExplainedDeviance.timesLog(y)
                        - y * f
                        - (y + dispersion) * (Math.log((y + dispersion) / dispersion) - logRatio(f)));
    }
}
