package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.train.acceptance.Regularisation;

/**
 * The local quadratic model of the objective along some directions v_i,
 *
 * <pre>{@code M(δ) − M(0) = ½δᵀ(F + λI + ηD)δ + ∇hᵀδ,   δ = Σ c_i v_i}</pre>
 *
 * with the exact Fisher matrix F and h and ∇h including the decay; Martens and Grosse 2015, sections 6.4 and 7.
 *
 * @param curvature {@code v_iᵀ(F + λI + ηD)v_j}
 * @param slopes {@code ∇hᵀv_i}
 */
record QuadraticModel(DoubleMatrix curvature, double[] slopes) {
    /** Where the squared sine of the angle between two directions is below this they count as parallel. */
    private static final double PARALLEL = 1e-8;

    /**
     * The minimum over two directions.
     *
     * @param alpha α, along the new one
     * @param mu μ, along the one before
     * @param change M(δ) − M(0), never positive
     */
    record Fit(double alpha, double mu, double change) {}

    /** The model from {@code v_iᵀFv_j}, k × k. */
    static QuadraticModel of(
            DoubleMatrix fisherProducts,
            List<ParameterVector> directions,
            ParameterVector gradient,
            double damping,
            Regularisation regularisation) {
        int k = directions.size();
        DoubleMatrix curvature = fisherProducts.copy();
        double[] slopes = new double[k];
        for (int i = 0; i < k; i++) {
            slopes[i] = gradient.dot(directions.get(i));
            for (int j = 0; j < k; j++) {
                ParameterVector u = directions.get(i);
                ParameterVector v = directions.get(j);
                double added = damping * u.dot(v) + regularisation.decay() * regularisation.dot(u, v);
                curvature.set(i, j, curvature.get(i, j) + added);
            }
        }
        return new QuadraticModel(curvature, slopes);
    }

    /** The lowest point along one direction; nowhere where it has no curvature. */
    Fit along(int i) {
        double bend = curvature.get(i, i);
        double alpha = bend > 0 && Double.isFinite(bend) ? -slopes[i] / bend : 0;
        return new Fit(alpha, 0, 0.5 * alpha * alpha * bend + alpha * slopes[i]);
    }

    /**
     * The lowest point {@code αv_i + μv_j}: the 2 × 2 system, scaled to a unit diagonal. Where v_j is zero or parallel to
     * v_i, μ = 0.
     */
    Fit along(int i, int j) {
        double bi = curvature.get(i, i);
        double bj = curvature.get(j, j);
        double ri = Math.sqrt(bi);
        double rj = Math.sqrt(bj);
        double cosine = curvature.get(i, j) / (ri * rj);
        double sine = (1 - cosine) * (1 + cosine);
        if (!(bi > 0) || !(bj > 0) || !(sine > PARALLEL)) {
            return along(i);
        }
        double si = slopes[i] / ri;
        double sj = slopes[j] / rj;
        double alpha = -(si - cosine * sj) / sine / ri;
        double mu = -(sj - cosine * si) / sine / rj;
        double change = 0.5 * (alpha * alpha * bi + 2 * alpha * mu * curvature.get(i, j) + mu * mu * bj)
                + alpha * slopes[i]
                + mu * slopes[j];
        return Double.isFinite(change) ? new Fit(alpha, mu, change) : along(i);
    }
}
