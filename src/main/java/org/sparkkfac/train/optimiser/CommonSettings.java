package org.sparkkfac.train.optimiser;

import org.sparkkfac.Range;
import org.sparkkfac.Setting;

/** Settings that several optimisers share. Each {@link OptimiserType} has its own defaults for them. */
public final class CommonSettings {
    public static final Setting<Double> MOMENTUM =
            Setting.number("momentum", Range.DECAY, "share of the step before that is added to a step");
    public static final Setting<Double> DAMPING =
            Setting.number("damping", Range.NOT_NEGATIVE, "λ, added to the curvature");
    public static final Setting<Double> ITERATE_DECAY = Setting.number(
                    "iterateMemory", Range.DECAY, "ξ, the largest weight of the old average of the parameters")
            .called("decay of the average of the parameters");
    public static final Setting<Long> BATCH_FULL_AT = Setting.integer(
            "batchFullAt", Range.atLeast(0), "batches grow exponentially until, at this step, they are all rows");
    public static final Setting<Long> STEPS = Setting.integer("steps", Range.atLeast(1), "the most steps");

    private CommonSettings() {}
}
