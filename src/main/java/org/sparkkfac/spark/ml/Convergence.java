package org.sparkkfac.spark.ml;

import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;

/** Watches the loss, and says when it has all but stopped changing: for some steps one after the other. */
final class Convergence implements Metrics {
    private static final int STEPS = 5;

    private final double tolerance;
    private double before = Double.NaN;
    private int calm;

    /** Waits for changes below {@code tolerance} times the loss. */
    Convergence(double tolerance) {
        this.tolerance = tolerance;
    }

    @Override
    public void add(StepRecord step) {
        boolean isCalm = Math.abs(before - step.loss()) < tolerance * Math.abs(step.loss());
        calm = isCalm ? calm + 1 : 0;
        before = step.loss();
    }

    @Override
    public long position() {
        return 0;
    }

    boolean isReached() {
        return calm >= STEPS;
    }
}
