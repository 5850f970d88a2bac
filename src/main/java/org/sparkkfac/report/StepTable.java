package org.sparkkfac.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.sparkkfac.train.StepRecord;

/** The steps of a training as a table: a row a step, a column for each figure that any step has, and the outcome. */
final class StepTable {
    private final List<StepRecord> steps;
    private final List<StepColumn> columns;

    StepTable(List<StepRecord> steps) {
        this.steps = steps;
        this.columns = Arrays.stream(StepColumn.values())
                .filter(column -> steps.stream().anyMatch(step -> !Double.isNaN(column.of(step))))
                .toList();
    }

    List<String> heading() {
        String score = steps.isEmpty() ? "score" : steps.get(0).scoreName();
        List<String> names = new ArrayList<>();
        columns.forEach(column -> names.add(column.title(score)));
        names.add("outcome");
        return names;
    }

    /** Numbers as people read them. */
    List<String> cells(StepRecord step) {
        return row(step, Figures::shortText);
    }

    /** All digits, with commas between the values and a heading; missing values are empty. */
    String csv() {
        return steps.stream()
                .map(step -> String.join(",", row(step, Figures::allDigits)) + "\n")
                .collect(Collectors.joining("", String.join(",", heading()) + "\n", ""));
    }

    private List<String> row(StepRecord step, DoubleFunction<String> format) {
        List<String> cells = new ArrayList<>();
        columns.forEach(column -> cells.add(format.apply(column.of(step))));
        cells.add(step.outcome().word());
        return cells;
    }
}
