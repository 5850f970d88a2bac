package org.sparkkfac.train.optimiser;

import org.sparkkfac.UserException;

/** The learning rate as a function of the step. */
public sealed interface Schedule {
    /** The rate of step k, counted from 1. */
    double at(long k);

    /** A schedule that does not change. */
    static Schedule constant(double rate) {
        return new Constant(rate);
    }

    /** Always the same. */
    record Constant(double rate) implements Schedule {
        public Constant {
            requireRate(rate);
        }

        @Override
        public double at(long k) {
            return rate;
        }
    }

    /** {@code rate · factor^⌊(k−1)/every⌋}. */
    record Steps(double rate, double factor, long every) implements Schedule {
        public Steps {
            requireRate(rate);
            require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor);
            require(every >= 1, "every", "at least 1", (double) every);
        }

        @Override
        public double at(long k) {
            long drops = (k - 1) / every;
            return rate * Math.pow(factor, (double) drops);
        }
    }

    /** {@code rate · factor^(k−1)}. */
    record Exponential(double rate, double factor) implements Schedule {
        public Exponential {
            requireRate(rate);
            require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor);
        }

        @Override
        public double at(long k) {
            return rate * Math.pow(factor, (double) (k - 1));
        }
    }

    /** {@code last + ½(rate − last)(1 + cos(π(k−1)/(steps−1)))}, then {@code last}; Loshchilov and Hutter 2017. */
    record Cosine(double rate, double last, long steps) implements Schedule {
        public Cosine {
            requireRate(rate);
            require(last >= 0 && last <= rate, "last", "between 0 and the rate", last);
            require(steps >= 2, "over", "at least 2 steps", (double) steps);
        }

        @Override
        public double at(long k) {
            double share = Math.min(1, (double) (k - 1) / (steps - 1));
            return last + 0.5 * (rate - last) * (1 + Math.cos(Math.PI * share));
        }
    }

    private static void requireRate(double rate) {
        require(rate > 0 && Double.isFinite(rate), "rate", "positive and finite", rate);
    }

    private static void require(boolean condition, String name, String requirement, double value) {
        if (!condition) {
            throw new UserException("train.learning-rate." + name + " must be " + requirement + ", not " + value);
        }
    }
}
