package org.sparkkfac.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.StepCost;

/**
 * Points of the learning curves: every n-th step of a training, and the last.
 *
 * @param all every step
 * @param stride n
 * @param steps those that are shown
 */
record StepCurves(List<StepRecord> all, int stride, List<StepRecord> steps) {
    static StepCurves of(List<StepRecord> all, int most) {
        int stride = (all.size() + most - 1) / most;
        List<StepRecord> steps = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (isShown(i, stride, all.size())) {
                steps.add(all.get(i));
            }
        }
        return new StepCurves(all, stride, steps);
    }

    private static boolean isShown(int i, int stride, int count) {
        return i % stride == 0 || i == count - 1;
    }

    Series series(String name, StepColumn column) {
        return new Series(name, steps.stream().map(column::of).toList());
    }

    /** Steps, passes over the dataset and seconds until each step's end. */
    List<Series> axes(double passesOfRow) {
        return List.of(
                series("steps", StepColumn.STEP),
                new Series(
                        "passes over the rows",
                        cumulated(step -> passesOfRow * step.cost().rowsTouched())),
                new Series("seconds", cumulated(step -> step.cost().seconds())));
    }

    private List<Double> cumulated(ToDoubleFunction<StepRecord> figure) {
        List<Double> sums = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < all.size(); i++) {
            sum += figure.applyAsDouble(all.get(i));
            if (isShown(i, stride, all.size())) {
                sums.add(sum);
            }
        }
        return sums;
    }

    /** Data, statistics, inversion, and the rest. */
    List<Series> seconds() {
        return List.of(
                series("data", StepColumn.DATA_SECONDS),
                series("statistics", StepColumn.STATISTICS_SECONDS),
                series("inversion", StepColumn.INVERSION_SECONDS),
                new Series("other", steps.stream().map(StepCurves::other).toList()));
    }

    private static double other(StepRecord step) {
        StepCost cost = step.cost();
        return Math.max(0, cost.seconds() - cost.dataSeconds() - cost.statisticsSeconds() - cost.inversionSeconds());
    }
}
