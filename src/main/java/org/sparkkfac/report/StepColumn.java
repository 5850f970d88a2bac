package org.sparkkfac.report;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.sparkkfac.train.StepRecord;

/** The figures of a step that tables show, in their order; NaN where a step has none. */
enum StepColumn {
    STEP(step -> (double) step.step()),
    EPOCH(StepRecord::epoch),
    ROWS(step -> (double) step.rows()),
    LOSS(StepRecord::loss),
    SCORE(StepRecord::score),
    VALIDATION_LOSS(step -> ofValidation(step, StepRecord.Validation::loss)),
    VALIDATION_SCORE(step -> ofValidation(step, StepRecord.Validation::score)),
    RATE(step -> step.choice().rate()),
    MOMENTUM(step -> step.choice().momentum()),
    CLIP(step -> step.choice().clip()),
    DAMPING(step -> step.choice().damping()),
    GAMMA(step -> step.choice().gamma()),
    RATIO(step -> step.choice().ratio()),
    DISTANCE(StepRecord::distance),
    JOBS(step -> step.cost().jobs()),
    ROWS_TOUCHED(step -> (double) step.cost().rowsTouched()),
    DATA_SECONDS(step -> step.cost().dataSeconds()),
    STATISTICS_SECONDS(step -> step.cost().statisticsSeconds()),
    INVERSION_SECONDS(step -> step.cost().inversionSeconds()),
    SECONDS(step -> step.cost().seconds());

    private final ToDoubleFunction<StepRecord> figure;

    StepColumn(ToDoubleFunction<StepRecord> figure) {
        this.figure = figure;
    }

    /** Its name, given that of the score: as in the lines of the metrics. */
    String title(String score) {
        return name().toLowerCase(Locale.ROOT).replace("score", score);
    }

    double of(StepRecord step) {
        return figure.applyAsDouble(step);
    }

    private static double ofValidation(StepRecord step, Function<StepRecord.Validation, Double> figure) {
        return step.validation().map(figure).orElse(Double.NaN);
    }
}
