package org.sparkkfac.train.optimiser;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.train.state.OptimiserState;

/**
 * Preconditioned descent with momentum: {@code Δ = P∇h, δ ← μδ − rνΔ}, P the damped inverse of the averaged statistics,
 * clipped in the Fisher norm by {@code ν = min(1, √(κ / (r²·Δᵀ∇h)))}.
 *
 * @param method {@code factored} or {@code eigen} for K-FAC, {@code eigen-corrected} for EKFAC, {@code exact} or {@code
 *     full} for the natural gradient, {@code diagonal}
 * @param rate r
 * @param momentum μ in [0, 1)
 * @param damping λ
 * @param clip κ; infinite for no clipping
 * @param averaging how statistics are collected
 */
public record CurvatureSettings(
        Method method, Schedule rate, double momentum, Damping damping, double clip, Averaging averaging)
        implements OptimiserSettings {
    /** The damped inverse of K-FAC. */
    public enum Inverse {
        FACTORED,
        EIGEN
    }

    /** What the natural gradient inverts: the block of each layer, or the matrix over all layers. */
    public enum Blocks {
        EXACT,
        FULL
    }

    public static final Setting<Inverse> INVERSE = Setting.<Inverse>of(
                    "inverse", Inverse.class, "the damped inverse of fixed kfac")
            .withDefault(Inverse.FACTORED);
    public static final Setting<Blocks> BLOCKS = Setting.<Blocks>of(
                    "blocks", Blocks.class, "what natural-gradient inverts")
            .withDefault(Blocks.EXACT);
    public static final Setting<Double> CLIP = Setting.number(
                    "clip", Range.POSITIVE, "κ: a step of fixed mode whose squared length in the Fisher norm is larger")
            .withOptionalDefault(0.1);

    static final OptimiserType KFAC = type(
            "kfac",
            "Kronecker factors of the Fisher matrix",
            values -> of(values.get(INVERSE) == Inverse.EIGEN ? Method.EIGEN : Method.FACTORED, values));
    static final OptimiserType EKFAC =
            type("ekfac", "Kronecker factors with corrected eigenvalues", values -> of(Method.EIGEN_CORRECTED, values));
    static final OptimiserType NATURAL_GRADIENT = type(
            "natural-gradient",
            "exact blocks, or the full matrix",
            values -> of(values.get(BLOCKS) == Blocks.FULL ? Method.FULL : Method.EXACT, values));
    static final OptimiserType DIAGONAL =
            type("diagonal", "the diagonal of the Fisher matrix", values -> of(Method.DIAGONAL, values));

    private static OptimiserType type(String name, String meaning, Function<SettingValues, OptimiserSettings> maker) {
        return OptimiserType.of(name, meaning, maker)
                .withDefault(Schedule.RATE, 0.3)
                .withDefault(CommonSettings.MOMENTUM, 0.7)
                .withDefault(CommonSettings.DAMPING, 1e-3)
                .withDefault(Averaging.FRACTION, 0.25)
                .withDefault(Averaging.INVERSION_PERIOD, 5L)
                .withDefault(CommonSettings.ITERATE_DECAY, 0.9);
    }

    /** Rejects a momentum that would never fade and a clipping to nothing. */
    public CurvatureSettings {
        CommonSettings.MOMENTUM.check(momentum);
        if (clip != Double.POSITIVE_INFINITY) {
            CLIP.check(clip);
        }
    }

    private static CurvatureSettings of(Method method, SettingValues values) {
        return new CurvatureSettings(
                method,
                Schedule.of(values),
                values.get(CommonSettings.MOMENTUM),
                Damping.absolute(CommonSettings.DAMPING.check(values.get(CommonSettings.DAMPING))),
                values.find(CLIP).orElse(Double.POSITIVE_INFINITY),
                Averaging.of(values));
    }

    @Override
    public String name() {
        return switch (method.structure()) {
            case KRONECKER -> KFAC.name();
            case EIGEN_CORRECTED -> EKFAC.name();
            case DENSE, FULL -> NATURAL_GRADIENT.name();
            case DIAGONAL -> DIAGONAL.name();
        };
    }

    @Override
    public OptimiserDemand demand() {
        return new OptimiserDemand(
                1,
                RunningCurvature.kinds(method),
                Optional.of(new OptimiserDemand.Inversions(method, 2, 1.0 / averaging.inversionPeriod())));
    }

    @Override
    public List<ExpectedRequest> requests(Network network, RowSelection batch, boolean isAllRows) {
        return averaging.requests(
                network,
                batch,
                RunningCurvature.kinds(method),
                method.structure().hasBases());
    }

    @Override
    public OptimiserState start(List<LayerShape> layers) {
        return CurvatureDescent.State.start(layers);
    }

    @Override
    public Optimiser create(OptimiserState state) {
        return new CurvatureDescent(this, state);
    }
}
