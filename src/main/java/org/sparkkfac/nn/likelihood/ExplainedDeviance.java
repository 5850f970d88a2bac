package org.sparkkfac.nn.likelihood;

import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * {@code D² = 1 − dev(y, μ) / dev(y, E y)}: R² for counts, μ the mean for outputs f. The deviance is {@code ½dev(y, μ) =
 * Φ(y) − Φ(μ) − Φ'(μ)(y − μ)} for a convex function Φ, which is {@code y log y} for Poisson's. The terms of a row are
 * {@code ½dev(y, μ)}, {@code Σ Φ(y)} and y.
 *
 * @param convex Φ, but for a linear function
 * @param half {@code ½dev} of one output at (y, f)
 */
record ExplainedDeviance(DoubleUnaryOperator convex, DoubleBinaryOperator half) implements Score {
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
            into[0] += half.applyAsDouble(label[i], f[i]);
            into[1] += convex.applyAsDouble(label[i]);
            into[2 + i] = label[i];
        }
    }

    @Override
    public double of(double[] means) {
        double deviance = means[1];
        for (int i = 2; i < means.length; i++) {
            deviance -= convex.applyAsDouble(means[i]);
        }
        return deviance > 0 ? 1 - means[0] / deviance : Double.NaN;
    }

    /** The mean deviance of a row. */
    @Override
    public Map<String, Double> further(double[] means, int outputs) {
        return Map.of("deviance", 2 * means[0]);
    }

    /** {@code y log y}, 0 at 0. */
    static double timesLog(double y) {
        return y > 0 ? y * Math.log(y) : 0;
    }
}
