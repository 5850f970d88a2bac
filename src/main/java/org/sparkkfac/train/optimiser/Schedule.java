package org.sparkkfac.train.optimiser;

import java.util.List;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.SettingValues;

/** The learning rate as a function of the step. */
public sealed interface Schedule {
    /** How the rate changes. */
    enum Shape {
        CONSTANT,
        STEP,
        COSINE,
        EXPONENTIAL
    }

    Setting<Double> RATE =
            Setting.number("rate", Range.POSITIVE, "the first learning rate").called("learning rate");
    Setting<Shape> SHAPE =
            Setting.<Shape>of("schedule", Shape.class, "constant | step").withDefault(Shape.CONSTANT);
    Setting<Double> FACTOR =
            Setting.number("factor", Range.SHARE, "of step and exponential").withDefault(0.5);
    Setting<Long> EVERY = Setting.integer("every", Range.atLeast(1, "step"), "of step: steps between drops")
            .withDefault(100L);
    Setting<Double> LAST = Setting.number("last", Range.NOT_NEGATIVE, "of cosine: the rate at its end")
            .withDefault(0.0);
    Setting<Long> OVER = Setting.integer("over", Range.atLeast(2, "steps"), "of cosine: steps until then");

    List<Setting<?>> SETTINGS = List.of(RATE, SHAPE, FACTOR, EVERY, LAST, OVER);

    /** As the settings say. */
    static Schedule of(SettingValues values) {
        double rate = values.get(RATE);
        return switch (values.get(SHAPE)) {
            case CONSTANT -> constant(rate);
            case STEP -> new Steps(rate, values.get(FACTOR), values.get(EVERY));
            case EXPONENTIAL -> new Exponential(rate, values.get(FACTOR));
            case COSINE -> new Cosine(rate, values.get(LAST), cosineSteps(values));
        };
    }

    /** Those until the last rate, or else those of the training. */
    private static long cosineSteps(SettingValues values) {
        Setting<Long> setting = values.find(OVER).isPresent() ? OVER : CommonSettings.STEPS;
        long steps = values.find(setting)
                .orElseThrow(() -> SHAPE.invalid("\"cosine\" needs the number of steps until the last rate", OVER));
        if (steps < 2) {
            throw setting.invalid("must be at least 2 steps with a cosine, not " + steps);
        }
        return steps;
    }

    /** The rate of step k, counted from 1. */
    double at(long k);

    /** A schedule that does not change. */
    static Schedule constant(double rate) {
        return new Constant(rate);
    }

    /** Always the same. */
    record Constant(double rate) implements Schedule {
        public Constant {
            RATE.check(rate);
        }

        @Override
        public double at(long k) {
            return rate;
        }
    }

    /** {@code rate · factor^⌊(k−1)/every⌋}. */
    record Steps(double rate, double factor, long every) implements Schedule {
        public Steps {
            RATE.check(rate);
            FACTOR.check(factor);
            EVERY.check(every);
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
            RATE.check(rate);
            FACTOR.check(factor);
        }

        @Override
        public double at(long k) {
            return rate * Math.pow(factor, (double) (k - 1));
        }
    }

    /** {@code last + ½(rate − last)(1 + cos(π(k−1)/(steps−1)))}, then {@code last}; Loshchilov and Hutter 2017. */
    record Cosine(double rate, double last, long steps) implements Schedule {
        public Cosine {
            RATE.check(rate);
            LAST.check(last);
            if (last > rate) {
                throw LAST.invalid("must be no higher than the rate " + rate + ", not " + last);
            }
            OVER.check(steps);
        }

        @Override
        public double at(long k) {
            double share = Math.min(1, (double) (k - 1) / (steps - 1));
            return last + 0.5 * (rate - last) * (1 + Math.cos(Math.PI * share));
        }
    }
}
