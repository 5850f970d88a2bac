package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.UserException;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.StatisticKind;

/**
 * How the statistics of the steps become running averages: {@code S ← ε_k S + (1 − ε_k) S_k, ε_k = min(1 − 1/k, ε)};
 * Martens and Grosse 2015, section 5.
 *
 * @param fisher over which labels; draws change with the step
 * @param fraction of the step's rows
 * @param period steps between statistics
 * @param memory ε
 * @param inversionPeriod steps between inversions; the first three steps always invert
 */
public record Averaging(Fisher fisher, double fraction, long period, double memory, long inversionPeriod) {
    /** Rejects what collects nothing. */
    public Averaging {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new UserException("train.statistics.fraction must be in (0, 1], not " + fraction);
        }
        if (period < 1 || inversionPeriod < 1) {
            throw new UserException(
                    "train.statistics: periods must be at least 1, not " + period + " and " + inversionPeriod);
        }
        if (!(memory >= 0 && memory < 1)) {
            throw new UserException("train.statistics.memory must be in [0, 1), not " + memory);
        }
    }

    /** One draw a row, an eighth of the rows, every step; inverses every twentieth. */
    public static Averaging standard(long seed) {
        return new Averaging(Fisher.monteCarlo(1, seed), 0.125, 1, 0.95, 20);
    }

    /** The calls that ask for gradient and statistics, and in the steps between for the gradient alone. */
    List<StepCall> calls(List<StatisticKind> kinds, boolean inBases) {
        StepCall both = StepCall.ofGradient().with(new StepCall.Statistics(kinds, fisher, fraction, inBases));
        double often = 1.0 / period;
        return period == 1
                ? List.of(both)
                : List.of(both.times(often), StepCall.ofGradient().times(1 - often));
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
