package org.sparkkfac.spark.ml;

import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;

/** Watches the loss, and says when it has all but stopped changing: for some steps one after the other. */
final class Convergence implements Metrics {
    private static final int STEPS = 5;

    private final double tolerance;
    private double before = Double.NaN;
    private double first = Double.NaN;
    private int calm;

    /** Waits for changes below {@code tolerance} times the loss. */
    Convergence(double tolerance) {
        this.tolerance = tolerance;
    }

    @Override
    public void add(StepRecord step) {
        first = Double.isNaN(first) ? step.loss() : first;
        boolean isCalm = Math.abs(before - step.loss()) < tolerance * Math.abs(step.loss());
        calm = isCalm ? calm + 1 : 0;
        before = step.loss();
    }

    @Override
    public long position() {
        return 0;
    }

    /** The loss of the first step, at the parameters where training started; NaN before it. */
    double firstLoss() {
        return first;
    }

    boolean isReached() {
        return calm >= STEPS;
    }
}
