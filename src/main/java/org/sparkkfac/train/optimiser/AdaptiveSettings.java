package org.sparkkfac.train.optimiser;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.FisherProducts;
import org.sparkkfac.stats.Fit;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.train.acceptance.Regularisation;
import org.sparkkfac.train.state.OptimiserState;

/**
 * K-FAC that chooses step length, momentum and damping by itself; Martens and Grosse 2015, sections 6 and 7.
 *
 * @param damping λ of the quadratic model at first; 0 to search for it in the first step, among 10³ … 10⁻⁶
 * @param dampingPeriod T₁, steps between measurements of the reduction ratio; ω₁ = (19/20)^T₁
 * @param gammaPeriod T₂, steps between trials of the factored damping γ; ω₂ = (19/20)^(T₂/2)
 * @param productsFraction share of the step's rows for the quadratic model
 * @param averaging how statistics are collected
 */
public record AdaptiveSettings(
        double damping, long dampingPeriod, long gammaPeriod, double productsFraction, Averaging averaging)
        implements OptimiserSettings {
    /** Dampings γ of the factors that are tried at once. */
    private static final int GAMMAS = 3;

    static final Setting<Long> DAMPING_PERIOD = Setting.integer(
                    "dampingPeriod", Range.atLeast(1, "step"), "steps between measurements of the reduction ratio ρ")
            .withDefault(5L);
    static final Setting<Long> GAMMA_PERIOD = Setting.integer(
                    "gammaPeriod", Range.atLeast(1, "step"), "steps between trials of three dampings γ of the factors")
            .withDefault(20L);
    public static final Setting<Double> PRODUCTS_FRACTION = Setting.number(
                    "productsFraction", Range.SHARE, "the share of a step's rows for the quadratic model")
            .withDefault(0.25);

    public static final List<Setting<?>> SETTINGS = List.of(DAMPING_PERIOD, GAMMA_PERIOD, PRODUCTS_FRACTION);

    static final OptimiserType KFAC = OptimiserType.of(
                    CurvatureSettings.KFAC.name(),
                    "step length, momentum and damping chosen in each step",
                    AdaptiveSettings::of)
            .adaptive()
            .withDefault(CommonSettings.DAMPING, 150.0)
            .withDefault(Averaging.FRACTION, 0.125)
            .withDefault(Averaging.INVERSION_PERIOD, 20L)
            .withDefault(CommonSettings.BATCH_FULL_AT, 500L)
            .withDefault(Regularisation.DECAY, 1e-5)
            .withDefault(CommonSettings.ITERATE_DECAY, 0.99);

    /** Rejects periods and shares of nothing. */
    public AdaptiveSettings {
        CommonSettings.DAMPING.check(damping);
        DAMPING_PERIOD.check(dampingPeriod);
        GAMMA_PERIOD.check(gammaPeriod);
        PRODUCTS_FRACTION.check(productsFraction);
    }

    private static AdaptiveSettings of(SettingValues values) {
        return new AdaptiveSettings(
                values.get(CommonSettings.DAMPING),
                values.get(DAMPING_PERIOD),
                values.get(GAMMA_PERIOD),
                values.get(PRODUCTS_FRACTION),
                Averaging.of(values));
    }

    /** The constants of the paper: λ = 150, T₁ = 5, T₂ = T₃ = 20, a quarter and an eighth of the rows. */
    public static AdaptiveSettings standard(long seed) {
        return new AdaptiveSettings(150, 5, 20, 0.25, Averaging.standard(seed));
    }

    /** ω₁. */
    double dampingFactor() {
        return Math.pow(19.0 / 20, (double) dampingPeriod);
    }

    /** ω₂. */
    double gammaFactor() {
        return Math.pow(19.0 / 20, gammaPeriod / 2.0);
    }

    @Override
    public String name() {
        return KFAC.name();
    }

    @Override
    public OptimiserDemand demand() {
        List<StatisticKind> kinds = List.of(StatisticKind.KRONECKER);
        double often = 1.0 / averaging.inversionPeriod() + (double) GAMMAS / gammaPeriod;
        return new OptimiserDemand(
                1, kinds, Optional.of(new OptimiserDemand.Inversions(Method.FACTORED, 1 + GAMMAS, often)));
    }

    @Override
    public List<ExpectedRequest> requests(Network network, RowSelection batch, boolean isAllRows) {
        double unmeasured = isAllRows ? 0 : 1 - 1.0 / dampingPeriod;
        List<ExpectedRequest> requests = new ArrayList<>();
        for (ExpectedRequest first : averaging.requests(network, batch, List.of(StatisticKind.KRONECKER), false)) {
            Request checking = first.request().with(new Fit(batch, network.parameters()));
            requests.add(
                    unmeasured > 0 ? new ExpectedRequest(checking, first.often(), unmeasured, first.request()) : first);
        }
        RowSelection some = batch.fraction(productsFraction, 0);
        requests.add(new ExpectedRequest(products(network, some, 2), 1 - 1.0 / gammaPeriod));
        requests.add(new ExpectedRequest(products(network, some, 1 + GAMMAS), 1.0 / gammaPeriod));
        Request tried = Request.fits(batch, Collections.nCopies(2, network.parameters()));
        requests.add(new ExpectedRequest(tried, 1.0 / dampingPeriod));
        return requests;
    }

    private static Request products(Network network, RowSelection rows, int directions) {
        return Request.of(new FisherProducts(rows, Collections.nCopies(directions, network.parameters())));
    }

    @Override
    public OptimiserState start(List<LayerShape> layers) {
        return AdaptiveKfac.State.start(damping, layers);
    }

    @Override
    public Optimiser create(OptimiserState state) {
        return new AdaptiveKfac(this, state);
    }
}
