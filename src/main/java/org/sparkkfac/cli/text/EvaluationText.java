package org.sparkkfac.cli.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Assessment;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.spark.Evaluated;

/**
 * How well a model does on rows.
 *
 * @param model the path of the model
 * @param quarantine where bad rows were written, if they were
 */
public record EvaluationText(Evaluated evaluated, String model, Optional<Location> quarantine) implements Answer {
    /** The largest confusion matrix that fits a terminal; {@code --json} has larger ones too. */
    private static final int MOST_CLASSES = 20;

    private static final String ACCURACY = "accuracy";

    private Assessment assessment() {
        return evaluated.assessment();
    }

    /** {@code model, rows, total_weight, skipped, loss, accuracy} or {@code r2}, {@code rmse …, classes, confusion}. */
    @Override
    public ObjectNode json() {
        Evaluation fit = assessment().fit();
        ObjectNode json = Json.object()
                .put("model", model)
                .put("rows", fit.rows())
                .put("total_weight", fit.weight())
                .put("skipped", evaluated.skipped().count())
                .put("loss", fit.meanLoss())
                .put(fit.scoreName(), orNull(fit.score()));
        fit.further().forEach((name, value) -> json.put(name, orNull(value)));
        if (assessment().classes() > 0) {
            addClasses(json);
        }
        return json;
    }

    private void addClasses(ObjectNode json) {
        ArrayNode classes = json.putArray("classes");
        ArrayNode confusion = json.putArray("confusion");
        for (int c = 0; c < assessment().classes(); c++) {
            classes.addObject()
                    .put("class", c)
                    .put("weight", assessment().labelled(c))
                    .put("predicted", assessment().predicted(c))
                    .put("precision", orNull(assessment().precision(c)))
                    .put("recall", orNull(assessment().recall(c)));
            ArrayNode row = confusion.addArray();
            for (int predicted = 0; predicted < assessment().classes(); predicted++) {
                row.add(assessment().confusion(c, predicted));
            }
        }
    }

    private static @Nullable Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    @Override
    public String text() {
        Evaluation fit = assessment().fit();
        Table figures = new Table("figure", "value");
        figures.add("loss", Table.number(fit.meanLoss()));
        figures.add(
                fit.scoreName().equals(ACCURACY) ? ACCURACY : "R²",
                fit.scoreName().equals(ACCURACY) ? percent(fit.score()) : number(fit.score()));
        for (Map.Entry<String, Double> further : fit.further().entrySet()) {
            figures.add(further.getKey(), number(further.getValue()));
        }
        return Table.count(fit.rows()) + " rows, total weight " + fit.weight() + "\n" + figures
                + (assessment().classes() > 0 ? classes() + confusion() : "")
                + SkippedText.of(evaluated.skipped(), quarantine);
    }

    private String classes() {
        Table table = new Table("class", "weight", "predicted", "precision", "recall");
        for (int c = 0; c < assessment().classes(); c++) {
            table.add(
                    String.valueOf(c),
                    Table.plain(assessment().labelled(c)),
                    Table.plain(assessment().predicted(c)),
                    percent(assessment().precision(c)),
                    percent(assessment().recall(c)));
        }
        return table.toString();
    }

    private String confusion() {
        if (assessment().classes() > MOST_CLASSES) {
            return "the confusion matrix of " + assessment().classes() + " classes is in --json\n";
        }
        List<String> heading = new ArrayList<>(List.of("label ↓ prediction →"));
        for (int c = 0; c < assessment().classes(); c++) {
            heading.add(String.valueOf(c));
        }
        Table table = new Table(heading.toArray(String[]::new));
        for (int c = 0; c < assessment().classes(); c++) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(c)));
            for (int predicted = 0; predicted < assessment().classes(); predicted++) {
                row.add(Table.plain(assessment().confusion(c, predicted)));
            }
            table.add(row.toArray(String[]::new));
        }
        return table.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "–" : Table.number(value);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
