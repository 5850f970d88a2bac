package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;

/**
 * How the statistics of the steps become running averages: {@code S ← ε_k S + (1 − ε_k) S_k, ε_k = min(1 − 1/k, ε)};
 * Martens and Grosse 2015, section 5.
 *
 * @param fisher over which labels; draws change with the step
 * @param fraction of the step's rows
 * @param period steps between statistics
 * @param decay ε
 * @param inversionPeriod steps between inversions; the first three steps always invert
 */
public record Averaging(Fisher fisher, double fraction, long period, double decay, long inversionPeriod) {
    public static final Setting<Double> FRACTION =
            Setting.number("fraction", Range.SHARE, "the share of a step's rows that they are taken from");
    static final Setting<Long> PERIOD = Setting.integer("period", Range.atLeast(1, "step"), "steps between statistics")
            .withDefault(1L);
    static final Setting<Double> DECAY = Setting.number(
                    "memory", Range.DECAY, "the most that the old average weighs against new statistics")
            .withDefault(0.95);
    public static final Setting<Long> INVERSION_PERIOD =
            Setting.integer("inversionPeriod", Range.atLeast(1, "step"), "steps between inversions");

    public static final List<Setting<?>> SETTINGS = List.of(FRACTION, PERIOD, DECAY, INVERSION_PERIOD);

    /** Rejects what collects nothing. */
    public Averaging {
        FRACTION.check(fraction);
        PERIOD.check(period);
        DECAY.check(decay);
        INVERSION_PERIOD.check(inversionPeriod);
    }

    static Averaging of(SettingValues values) {
        return new Averaging(
                Fisher.of(values),
                values.get(FRACTION),
                values.get(PERIOD),
                values.get(DECAY),
                values.get(INVERSION_PERIOD));
    }

    /** One draw a row, an eighth of the rows, every step; inverses every twentieth. */
    public static Averaging standard(long seed) {
        return new Averaging(Fisher.monteCarlo(1, seed), 0.125, 1, 0.95, 20);
    }

    /** Those that ask for gradient and statistics, and in the steps between for the gradient alone. */
    List<ExpectedRequest> requests(Network network, RowSelection batch, List<StatisticKind> kinds, boolean isInBases) {
        List<LayerShape> layers = network.layers();
        List<EigenBasis> bases = isInBases ? EigenBasis.placeholders(layers.size()) : List.of();
        Request gradient = Request.gradient(network, batch);
        Request both = gradient.with(new Statistics(batch.fraction(fraction, 0), kinds, layers, fisher, bases));
        double often = 1.0 / period;
        return period == 1
                ? List.of(new ExpectedRequest(both, 1))
                : List.of(new ExpectedRequest(both, often), new ExpectedRequest(gradient, 1 - often));
    }

    /** Whether statistics are collected in step k, counted from 1. */
    boolean collectsAt(long k) {
        return (k - 1) % period == 0;
    }

    /** Whether inverses are made in step k. */
    boolean invertsAt(long k) {
        return k <= 3 || k % inversionPeriod == 0;
    }

    /** The Fisher matrix of step k, whose draws no other step has. */
    Fisher at(long k) {
        return new Fisher(fisher.type(), fisher.samples(), fisher.seed() + k * 0x9E3779B97F4A7C15L);
    }
}
