package org.sparkkfac.precondition;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.SymmetricEigen;

/**
 * {@code (M − Σ w_i g_i g_iᵀ)⁻¹ = P + P U (I − UᵀPU)⁻¹ UᵀP} with {@code U = [√w_i g_i …]}: Woodbury's formula, and
 * Sherman and Morrison's for one g. Inner products sum over layers, so that one g couples all blocks.
 *
 * <p>With the empirical F of the same rows, w = 1 and g the mean gradient this is the inverse of the gradient's
 * covariance; with w = w_i/W and g the gradient of row i it leaves that row out, the divisor kept. Terms of negative
 * weight add to M.
 */
public final class Downdate {
    /** Below this, {@code 1 − w·gᵀPg} is mostly rounding and the answer would be too. */
    public static final double SMALLEST_MARGIN = 1e-6;

    private final Preconditioner preconditioner;
    private final List<Term> terms;
    private final double margin;

    /** Terms of one sign: the directions {@code Q g_i √|w_i|}, Q the inverse before them, and the core's Cholesky. */
    private record Term(List<ParameterVector> directions, Cholesky core, double sign) {
        void addTo(ParameterVector result, ParameterVector v) {
            DoubleMatrix inner = DoubleMatrix.zeros(directions.size(), 1);
            for (int i = 0; i < directions.size(); i++) {
                inner.set(i, 0, directions.get(i).dot(v));
            }
            DoubleMatrix solved = core.solve(inner);
            for (int i = 0; i < directions.size(); i++) {
                result.add(sign * solved.get(i, 0), directions.get(i));
            }
        }
    }

    private Downdate(Preconditioner preconditioner, List<Term> terms, double margin) {
        this.preconditioner = preconditioner;
        this.terms = terms;
        this.margin = margin;
    }

    static Downdate of(Preconditioner preconditioner, List<ParameterVector> gs, List<Double> weights) {
        if (gs.size() != weights.size()) {
            throw new UserException(
                    gs.size() + " downdate vectors but " + weights.size() + " weights; give each its own");
        }
        for (double weight : weights) {
            if (!Double.isFinite(weight)) {
                throw new UserException("a downdate weight must be a finite number, not " + weight);
            }
        }
        // What adds to M goes first: it cannot fail, and what it adds counts for the positivity of the rest.
        Downdate updated = new Downdate(preconditioner, List.of(), 1).with(gs, weights, -1);
        return updated.with(gs, weights, 1);
    }

    private Downdate with(List<ParameterVector> gs, List<Double> weights, double sign) {
        List<ParameterVector> scaled = new ArrayList<>();
        for (int i = 0; i < gs.size(); i++) {
            if (sign * weights.get(i) > 0) {
                ParameterVector g = gs.get(i).copy();
                g.scale(Math.sqrt(Math.abs(weights.get(i))));
                scaled.add(g);
            }
        }
        if (scaled.isEmpty()) {
            return this;
        }
        List<ParameterVector> directions = apply(scaled);
        DoubleMatrix core = DoubleMatrix.identity(scaled.size());
        for (int i = 0; i < scaled.size(); i++) {
            for (int j = 0; j < scaled.size(); j++) {
                core.set(i, j, core.get(i, j) - sign * scaled.get(i).dot(directions.get(j)));
            }
        }
        List<Term> longer = new ArrayList<>(terms);
        double smallest = smallestEigenvalue(core);
        longer.add(new Term(directions, factor(core, smallest), sign));
        return new Downdate(preconditioner, List.copyOf(longer), sign > 0 ? smallest : margin);
    }

    private static double smallestEigenvalue(DoubleMatrix core) {
        if (!core.isFinite()) {
            throw new NumericalException(
                    "the downdate overflows: w·gᵀPg is not finite; scale the downdate vector or its" + " weight");
        }
        return core.rows() == 1 ? core.get(0, 0) : SymmetricEigen.values(core)[0];
    }

    private static Cholesky factor(DoubleMatrix core, double smallest) {
        if (smallest > SMALLEST_MARGIN && Cholesky.factor(core) instanceof Cholesky.Factored factored) {
            return factored.cholesky();
        }
        throw new IndefiniteDowndateException(smallest, core.rows());
    }

    /** {@code 1 − w·gᵀPg}; for several g the smallest eigenvalue of {@code I − UᵀPU}. */
    public double margin() {
        return margin;
    }

    /** {@code (M − Σ w_i g_i g_iᵀ)⁻¹v}, as a new vector. */
    public ParameterVector apply(ParameterVector v) {
        return apply(List.of(v)).get(0);
    }

    /** The same for several v at once. */
    public List<ParameterVector> apply(List<ParameterVector> vs) {
        List<ParameterVector> results = preconditioner.apply(vs);
        for (int k = 0; k < vs.size(); k++) {
            for (Term term : terms) {
                term.addTo(results.get(k), vs.get(k));
            }
        }
        return results;
    }
}
