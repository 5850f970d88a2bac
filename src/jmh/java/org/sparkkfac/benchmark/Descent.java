package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;

/**
 * How a training came down to each of some losses, over all rows: after how many seconds, and passes over the rows. Figures
 * that were not reached are infinite.
 *
 * @param seconds in steps, and in making blocks of the rows; evaluation of the loss is left out
 * @param passes rows gone through, statistics and trials included, over those of the dataset
 */
record Descent(double[] seconds, double[] passes) {
    /** The losses. */
    static final double[] TARGETS = {0.1, 0.01, 0.001};

    /** Watches a training whose validation is over the rows of training. */
    static final class Watch implements Metrics {
        private final double rows;
        private final double mostSeconds;
        private final Descent descent = none();
        private double seconds;
        private double touched;
        private int reached;

        Watch(double rows, double openSeconds, double mostSeconds) {
            this.rows = rows;
            this.seconds = openSeconds;
            this.mostSeconds = mostSeconds;
        }

        @Override
        public void add(StepRecord step) {
            seconds += step.cost().seconds();
            touched += (double) step.cost().rowsTouched();
            double loss = step.validation().map(StepRecord.Validation::loss).orElse(Double.POSITIVE_INFINITY);
            for (; reached < TARGETS.length && loss <= TARGETS[reached]; reached++) {
                descent.seconds[reached] = seconds;
                descent.passes[reached] = touched / rows;
            }
        }

        @Override
        public long position() {
            return 0;
        }

        boolean isOver() {
            return reached == TARGETS.length || seconds > mostSeconds;
        }

        Descent descent() {
            return descent;
        }
    }

    static Descent none() {
        double[] never = new double[TARGETS.length];
        Arrays.fill(never, Double.POSITIVE_INFINITY);
        return new Descent(never, never.clone());
    }

    /** Median by median. */
    static Descent median(List<Descent> all) {
        Descent median = none();
        for (int t = 0; t < TARGETS.length; t++) {
            int target = t;
            median.seconds[t] = Timing.median(
                    all.stream().mapToDouble(each -> each.seconds[target]).toArray());
            median.passes[t] = Timing.median(
                    all.stream().mapToDouble(each -> each.passes[target]).toArray());
        }
        return median;
    }

    /** A line between processes. */
    String line() {
        List<String> words = new ArrayList<>();
        for (int t = 0; t < TARGETS.length; t++) {
            words.add(seconds[t] + " " + passes[t]);
        }
        return String.join(" ", words);
    }

    static Descent ofLine(String line) {
        String[] words = line.split(" ");
        Descent descent = none();
        for (int t = 0; t < TARGETS.length; t++) {
            descent.seconds[t] = Double.parseDouble(words[2 * t]);
            descent.passes[t] = Double.parseDouble(words[2 * t + 1]);
        }
        return descent;
    }
}
