package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.state.OptimiserState;

/**
 * Adam; Kingma and Ba 2015.
 *
 * @param rate step size
 * @param beta1 decay of the average of the gradient
 * @param beta2 decay of the average of its square
 * @param epsilon added to the root of the second moment
 */
public record AdamSettings(Schedule rate, double beta1, double beta2, double epsilon) implements OptimiserSettings {
    static final Setting<Double> BETA1 =
            Setting.number("beta1", Range.DECAY, "memory of the gradient").withDefault(0.9);
    static final Setting<Double> BETA2 =
            Setting.number("beta2", Range.DECAY, "memory of its square").withDefault(0.999);
    static final Setting<Double> EPSILON = Setting.number(
                    "epsilon", Range.POSITIVE, "added to the root of the second moment")
            .withDefault(1e-8);

    static final OptimiserType ADAM = OptimiserType.of(
                    "adam",
                    "Adam",
                    values -> new AdamSettings(
                            Schedule.of(values), values.get(BETA1), values.get(BETA2), values.get(EPSILON)))
            .withDefault(Schedule.RATE, 1e-3)
            .with(BETA1)
            .with(BETA2)
            .with(EPSILON);

    /** Rejects averages that would never fade. */
    public AdamSettings {
        BETA1.check(beta1);
        BETA2.check(beta2);
        EPSILON.check(epsilon);
    }

    /** With the constants of the paper. */
    public static AdamSettings of(Schedule rate) {
        return new AdamSettings(rate, 0.9, 0.999, 1e-8);
    }

    @Override
    public String name() {
        return ADAM.name();
    }

    @Override
    public OptimiserDemand demand() {
        return OptimiserDemand.ofGradients(2);
    }

    @Override
    public OptimiserState start(List<LayerShape> layers) {
        return Adam.State.start(layers);
    }

    @Override
    public Optimiser create(OptimiserState state) {
        return new Adam(this, state);
    }
}
