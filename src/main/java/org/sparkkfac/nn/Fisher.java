package org.sparkkfac.nn;

import java.io.Serializable;
import java.util.Locale;
import org.sparkkfac.UserException;

/**
 * Over which labels the expectation of a Fisher matrix is taken.
 *
 * @param type exact, Monte-Carlo or empirical
 * @param samples draws a row; used by Monte-Carlo alone
 * @param seed key of the draws; used by Monte-Carlo alone
 */
public record Fisher(Type type, int samples, long seed) implements Serializable {
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
        if (samples < 1) {
            throw new UserException("fisher.samples must be at least 1, not " + samples);
        }
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

    /** Gradient columns a row for a network of so many outputs. */
    public int columns(int outputs) {
        return switch (type) {
            case EXACT -> outputs;
            case MONTE_CARLO -> samples;
            case EMPIRICAL -> 1;
        };
    }
}
