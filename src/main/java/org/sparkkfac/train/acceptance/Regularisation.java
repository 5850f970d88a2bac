package org.sparkkfac.train.acceptance;

import java.util.List;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
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
    public static final Setting<Double> DECAY = Setting.number(
                    "decay", Range.NOT_NEGATIVE, "η of ½η‖θ‖², which is added to the loss")
            .called("decay of the parameters");
    public static final Setting<Boolean> DECAY_BIASES = Setting.<Boolean>of(
                    "decayBiases", Boolean.class, "whether biases decay too")
            .withDefault(true);

    public static final List<Setting<?>> SETTINGS = List.of(DECAY, DECAY_BIASES);

    /** None. */
    public static final Regularisation NONE = new Regularisation(0, false);

    /** Rejects what is negative or not finite. */
    public Regularisation {
        DECAY.check(decay);
    }

    /** As the settings say. */
    public static Regularisation of(SettingValues values) {
        return new Regularisation(values.find(DECAY).orElse(0.0), !values.get(DECAY_BIASES));
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
