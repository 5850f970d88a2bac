package org.sparkkfac.nn;

import java.io.Serializable;
import java.util.Locale;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;
import org.sparkkfac.linalg.CounterRandom;
import org.sparkkfac.nn.likelihood.Likelihood;

/**
 * Over which labels the expectation of a Fisher matrix is taken.
 *
 * @param type exact, Monte-Carlo or empirical
 * @param samples draws a row; used by Monte-Carlo alone
 * @param seed key of the draws; used by Monte-Carlo alone
 */
public record Fisher(Type type, int samples, long seed) implements Serializable {
    public static final Setting<Type> TYPE = Setting.<Type>of(
                    "type", Type.class, "whose targets the Fisher information averages over")
            .withDefault(Type.MONTE_CARLO);
    public static final Setting<Integer> SAMPLES = Setting.count(
                    "samples", Range.atLeast(1), "draws for each row with monte-carlo")
            .withDefault(1)
            .called("draws of a row");
    public static final Setting<Long> SEED =
            Setting.<Long>of("seed", Long.class, "seed of the draws").withDefault(0L);

    /** The three choices of labels. */
    public enum Type {
        /** The expectation over p(y|x) in closed form; as many gradients a row as outputs. */
        EXACT,
        /** Draws from p(y|x), each weighted 1/samples. */
        MONTE_CARLO,
        /** The labels in the data. */
        EMPIRICAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Rejects a number of samples below one. */
    public Fisher {
        SAMPLES.check(samples);
    }

    /** As the settings say. */
    public static Fisher of(SettingValues values) {
        return new Fisher(values.get(TYPE), values.get(SAMPLES), values.get(SEED));
    }

    public static Fisher exact() {
        return new Fisher(Type.EXACT, 1, 0);
    }

    public static Fisher empirical() {
        return new Fisher(Type.EMPIRICAL, 1, 0);
    }

    public static Fisher monteCarlo(int samples, long seed) {
        return new Fisher(Type.MONTE_CARLO, samples, seed);
    }

    /** Whether the gradients are those at the labels of the data, which rows then must have. */
    public boolean isAtLabels() {
        return type == Type.EMPIRICAL;
    }

    /** How many draws share the weight of a row. */
    public int draws() {
        return type == Type.MONTE_CARLO ? samples : 1;
    }

    /** Gradient columns a row of the Fisher matrix alone. */
    public int columns(int outputs) {
        return type == Type.EXACT ? outputs : draws();
    }

    /** Gradient columns a row that go backward: the one at the label, where it is looked at, and those of the Fisher matrix. */
    public int gradientColumns(int outputs, boolean labelled) {
        return columns(outputs) + (labelled && !isAtLabels() ? 1 : 0);
    }

    /** Overwrites all columns with gradients at labels that are not in the data; the mean of ggᵀ over {@link #draws} is Λ. */
    void gradients(
            Likelihood likelihood, double[] f, double[] mean, CounterRandom random, long row, double[][] columns) {
        if (type == Type.EXACT) {
            likelihood.fisherRoot(f, columns);
            return;
        }
        for (int draw = 0; draw < columns.length; draw++) {
            likelihood.drawGradient(f, mean, random.seek(row, draw), columns[draw]);
        }
    }
}
