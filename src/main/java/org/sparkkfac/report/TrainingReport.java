package org.sparkkfac.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.Verdict;

/**
 * The learning curves of a training.
 *
 * @param title of the page
 * @param steps in their order
 * @param settings names and values, as the training was configured; may be empty
 */
public record TrainingReport(String title, List<StepRecord> steps, List<List<String>> settings) {
    /** No screen shows more points; of longer trainings every n-th step is drawn. */
    private static final int MOST_POINTS = 4_000;

    private static final int MOST_TABLE_ROWS = 400;

    /** Copies the lists; refuses a training without steps. */
    public TrainingReport {
        steps = List.copyOf(steps);
        settings = List.copyOf(settings);
        if (steps.isEmpty()) {
            throw new UserException(title + ": holds no step yet; wait for the first, or check the path");
        }
    }

    /** The steps as comma-separated values, all of them with all digits. */
    public String csv() {
        return new StepTable(steps).csv();
    }

    /** The page. */
    public Report report() {
        List<Section> sections = new ArrayList<>();
        sections.add(FactTable.ofPairs("At the end", facts()));
        sections.add(curves());
        if (!settings.isEmpty()) {
            sections.add(FactTable.ofPairs("Settings", settings));
        }
        sections.add(table());
        return new Report(title, subtitle(), sections);
    }

    private StepRecord last() {
        return steps.get(steps.size() - 1);
    }

    private String subtitle() {
        return Figures.shortText((double) last().step()) + " steps, " + Figures.shortText(last().epoch()) + " epochs, "
                + Figures.shortText(passes()) + " passes over the rows, "
                + seconds(step -> step.cost().seconds());
    }

    /** Rows gone through, statistics and trials included, over the rows of the dataset. */
    private double passes() {
        double rows = sum(step -> (double) step.rows());
        return sum(step -> (double) step.cost().rowsTouched()) * last().epoch() / rows;
    }

    private double sum(ToDoubleFunction<StepRecord> figure) {
        return steps.stream().mapToDouble(figure).sum();
    }

    private String seconds(ToDoubleFunction<StepRecord> figure) {
        return Quantities.duration(sum(figure));
    }

    private List<List<String>> facts() {
        List<List<String>> facts = new ArrayList<>();
        StepRecord last = last();
        lastValidation(StepRecord.Validation::isBest).ifPresent(step -> {
            StepRecord.Validation validation = step.validation().orElseThrow();
            facts.add(List.of(
                    "The model, with the lowest validation loss",
                    "step " + step.step() + ": " + Figures.shortText(validation.loss()) + ", " + scoreName() + " "
                            + score(validation.score())));
        });
        facts.add(List.of("Loss of the last step's rows, before it", Figures.shortText(last.loss())));
        facts.add(List.of(scoreTitle() + " of these rows", score(last.score())));
        lastValidation(any -> true).ifPresent(step -> {
            StepRecord.Validation validation = step.validation().orElseThrow();
            facts.add(List.of("Validation loss at step " + step.step(), Figures.shortText(validation.loss())));
            facts.add(List.of("Validation " + scoreName() + " at step " + step.step(), score(validation.score())));
        });
        facts.add(List.of("Steps shortened, refused", count(Verdict.SHORTEN) + ", " + count(Verdict.REJECT)));
        long indefinite =
                steps.stream().filter(step -> step.choice().isIndefinite()).count();
        if (indefinite > 0) {
            facts.add(List.of("Downdates left out, their matrix not being positive definite", "" + indefinite));
        }
        facts.add(List.of("Jobs", Figures.shortText(sum(step -> step.cost().jobs()))));
        facts.add(List.of(
                "Time in data, statistics, inversion",
                seconds(step -> step.cost().dataSeconds()) + ", "
                        + seconds(step -> step.cost().statisticsSeconds()) + ", "
                        + seconds(step -> step.cost().inversionSeconds())));
        return facts;
    }

    /** The last step with such a validation. */
    private Optional<StepRecord> lastValidation(Predicate<StepRecord.Validation> wanted) {
        return steps.stream()
                .filter(step -> step.validation().filter(wanted).isPresent())
                .reduce((a, b) -> b);
    }

    private long count(Verdict outcome) {
        return steps.stream().filter(step -> step.outcome() == outcome).count();
    }

    private boolean isR2() {
        return last().scoreName().equals("r2");
    }

    private String scoreName() {
        return isR2() ? "R²" : "accuracy";
    }

    private String scoreTitle() {
        return isR2() ? "R²" : "Accuracy";
    }

    private String score(double value) {
        return isR2() ? Figures.shortText(value) : Figures.percent(value);
    }

    private ChartGroup curves() {
        StepCurves curves = StepCurves.of(steps, MOST_POINTS);
        List<Chart> charts = List.of(
                Chart.lines(
                        "Loss",
                        "mean over the rows of a step, before it; on validation rows, after it; without decay",
                        List.of(
                                curves.series("training", StepColumn.LOSS),
                                curves.series("validation", StepColumn.VALIDATION_LOSS))),
                Chart.lines(
                        scoreTitle(),
                        "of the same rows",
                        List.of(
                                curves.series("training", StepColumn.SCORE),
                                curves.series("validation", StepColumn.VALIDATION_SCORE))),
                Chart.lines(
                        "Step",
                        "size α or learning rate, momentum μ, clipping ν",
                        List.of(
                                curves.series("size", StepColumn.RATE),
                                curves.series("momentum", StepColumn.MOMENTUM),
                                curves.series("clipping", StepColumn.CLIP))),
                Chart.lines(
                        "Damping",
                        "λ of the quadratic model, γ of the factors",
                        List.of(curves.series("λ", StepColumn.DAMPING), curves.series("γ", StepColumn.GAMMA))),
                Chart.lines(
                        "Ratio ρ",
                        "measured over predicted reduction of the loss: 1 where the quadratic model is right",
                        List.of(curves.series("ρ", StepColumn.RATIO))),
                Chart.lines(
                        "Distance ‖Δ‖",
                        "of the parameters before and after a step",
                        List.of(curves.series("‖Δ‖", StepColumn.DISTANCE))),
                Chart.stacked("Seconds a step", "by what they were spent on", curves.seconds()));
        return new ChartGroup(
                "Learning curves" + (curves.stride() == 1 ? "" : ", every " + curves.stride() + "th step"),
                curves.axes(passes() / sum(step -> (double) step.cost().rowsTouched())),
                charts.stream().filter(chart -> !chart.series().isEmpty()).toList());
    }

    private FactTable table() {
        StepTable table = new StepTable(steps);
        StepCurves shown = StepCurves.of(steps, MOST_TABLE_ROWS);
        String title = shown.stride() == 1 ? "All steps" : "Every " + shown.stride() + "th step";
        return new FactTable(
                title, table.heading(), shown.steps().stream().map(table::cells).toList(), true);
    }
}
