package org.sparkkfac.precondition;

import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.curvature.FisherBlock;

/**
 * How much is added to the eigenvalues of a block before it is inverted.
 *
 * @param value λ itself, or c where λ is c times the mean eigenvalue of the block
 * @param isRelative which of the two
 */
public record Damping(double value, boolean isRelative) {
    public static final Setting<Double> ABSOLUTE = Setting.number(
                    "damping", Range.NOT_NEGATIVE, "the damping λ ≥ 0 that is added to the curvature")
            .withDefault(1e-3);
    public static final Setting<Double> RELATIVE = Setting.number(
            "relativeDamping",
            Range.NOT_NEGATIVE,
            "λ is this number times the mean eigenvalue of the block that is inverted");

    /** Rejects what is negative or not finite. */
    public Damping {
        (isRelative ? RELATIVE : ABSOLUTE).check(value);
    }

    /** Relative if the settings say so, or else absolute. */
    public static Damping of(SettingValues values) {
        return values.find(RELATIVE).map(Damping::relative).orElseGet(() -> absolute(values.get(ABSOLUTE)));
    }

    /** λ, the same for every layer. */
    public static Damping absolute(double lambda) {
        return new Damping(lambda, false);
    }

    /** λ = c · mean eigenvalue of the block that is inverted. */
    public static Damping relative(double c) {
        return new Damping(c, true);
    }

    /** λ for a block. */
    public double of(FisherBlock block) {
        return isRelative ? value * Math.max(0, block.meanEigenvalue()) : value;
    }
}
