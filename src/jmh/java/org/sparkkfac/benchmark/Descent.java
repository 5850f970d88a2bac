package org.sparkkfac.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    static Descent none() {
        double[] never = new double[TARGETS.length];
        Arrays.fill(never, Double.POSITIVE_INFINITY);
        return new Descent(never, never.clone());
    }

    /** Of a training that began so many seconds before its first step. */
    static Descent of(Curve curve, double secondsBefore) {
        Descent descent = none();
        for (int t = 0; t < TARGETS.length; t++) {
            double target = TARGETS[t];
            Curve.Point point =
                    curve.first(each -> each.loss() <= target).orElse(null);
            if (point != null) {
                descent.seconds[t] = secondsBefore + point.seconds();
                descent.passes[t] = point.passes();
            }
        }
        return descent;
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
