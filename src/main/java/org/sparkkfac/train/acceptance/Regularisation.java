package org.sparkkfac.train.acceptance;

import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;

/**
 * Decay of the parameters: {@code h(θ) = L(θ) + ½ηθᵀDθ}, D the identity, or zero at the biases where these are left out.
 *
 * @param decay η ≥ 0
 * @param withoutBiases whether biases do not decay
 */
public record Regularisation(double decay, boolean withoutBiases) {
    /** None. */
    public static final Regularisation NONE = new Regularisation(0, false);

    /** Rejects what is negative or not finite. */
    public Regularisation {
        if (!(decay >= 0) || !Double.isFinite(decay)) {
            throw new UserException("train.decay must be a finite number ≥ 0, not " + decay);
        }
    }

    /** {@code uᵀDv}. */
    public double dot(ParameterVector u, ParameterVector v) {
        double sum = u.dot(v);
        for (int l = 0; withoutBiases && l < u.layers().size(); l++) {
            LayerShape layer = u.layers().get(l);
            if (layer.bias()) {
                sum -= bias(u, l).dot(bias(v, l));
            }
        }
        return sum;
    }

    /** {@code ½ηθᵀDθ}. */
    public double value(ParameterVector parameters) {
        return decay == 0 ? 0 : 0.5 * decay * dot(parameters, parameters);
    }

    /** Adds {@code ηDθ} to a gradient. */
    public void addGradient(ParameterVector parameters, ParameterVector gradient) {
        if (decay == 0) {
            return;
        }
        for (int l = 0; l < parameters.layers().size(); l++) {
            LayerShape layer = parameters.layers().get(l);
            int columns = withoutBiases ? layer.in() : layer.columns();
            gradient.block(l)
                    .view(0, layer.out(), 0, columns)
                    .add(decay, parameters.block(l).view(0, layer.out(), 0, columns));
        }
    }

    private static DoubleMatrix bias(ParameterVector v, int l) {
        LayerShape layer = v.layers().get(l);
        return v.block(l).view(0, layer.out(), layer.in(), 1);
    }
}
