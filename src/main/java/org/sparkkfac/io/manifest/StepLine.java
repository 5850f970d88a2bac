package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;
import org.sparkkfac.train.state.Verdict;

/**
 * The figures of a training step as a line of {@code metrics.jsonl}: the keys of a {@link StepRecord}, one of {@code
 * accuracy} and {@code r2}. What an optimiser does not choose is left out, as are validations that were not made; a
 * loss, score or distance that is not finite is null.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepLine(
        long step,
        double epoch,
        long rows,
        @Nullable JsonNode loss,
        @Nullable JsonNode accuracy,
        @Nullable JsonNode r2,
        @JsonProperty(required = true) String outcome,
        @Nullable Double rate,
        @Nullable Double momentum,
        @Nullable Double clip,
        @Nullable Double damping,
        @Nullable Double gamma,
        @Nullable Double ratio,
        @Nullable Boolean indefinite,
        @Nullable JsonNode distance,
        int jobs,
        long rowsTouched,
        double dataSeconds,
        double statisticsSeconds,
        double inversionSeconds,
        double seconds,
        @Nullable JsonNode validationLoss,
        @Nullable JsonNode validationAccuracy,
        @Nullable JsonNode validationR2,
        @Nullable Boolean best) {
    private static final String MEND = "give the metrics that a training wrote";

    /** The line of a step, without its end. */
    public static String line(StepRecord step) {
        boolean isR2 = step.scoreName().equals("r2");
        StepChoice choice = step.choice();
        StepCost cost = step.cost();
        Optional<StepRecord.Validation> validation = step.validation();
        JsonNode score = figure(step.score());
        JsonNode validationScore = validation.map(made -> figure(made.score())).orElse(null);
        return Json.compact(Json.object(new StepLine(
                step.step(),
                step.epoch(),
                step.rows(),
                figure(step.loss()),
                isR2 ? null : score,
                isR2 ? score : null,
                step.outcome().word(),
                chosen(choice.rate()),
                chosen(choice.momentum()),
                chosen(choice.clip()),
                chosen(choice.damping()),
                chosen(choice.gamma()),
                chosen(choice.ratio()),
                choice.isIndefinite() ? true : null,
                figure(step.distance()),
                cost.jobs(),
                cost.rowsTouched(),
                cost.dataSeconds(),
                cost.statisticsSeconds(),
                cost.inversionSeconds(),
                cost.seconds(),
                validation.map(made -> figure(made.loss())).orElse(null),
                isR2 ? null : validationScore,
                isR2 ? validationScore : null,
                validation.map(StepRecord.Validation::isBest).orElse(null))));
    }

    /**
     * All steps of a file. A last line without an end was being written when the training ended, and is passed over.
     *
     * @throws UserException if there is no such file, or a line is no step; it names the line
     */
    public static List<StepRecord> read(Location file) {
        file.requireFile();
        String text = new String(file.bytes(), StandardCharsets.UTF_8);
        List<StepRecord> steps = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            steps.add(parse(text.substring(start, end), file + ", line " + (steps.size() + 1)));
            start = end + 1;
        }
        return steps;
    }

    /**
     * The step of one line.
     *
     * @param place of the line, for the error
     * @throws UserException if it is no step
     */
    public static StepRecord parse(String text, String place) {
        String what = place + ": is no step of a training";
        StepLine line =
                Json.read(Json.parseObject(text.getBytes(StandardCharsets.UTF_8), place), StepLine.class, what, MEND);
        if (line.accuracy == null && line.r2 == null) {
            throw new UserException(what + ": it has neither accuracy nor r2; " + MEND);
        }
        return line.toStep(place);
    }

    private StepRecord toStep(String place) {
        boolean isR2 = accuracy == null;
        Optional<StepRecord.Validation> validation = validationLoss == null
                ? Optional.empty()
                : Optional.of(new StepRecord.Validation(
                        number(validationLoss),
                        number(isR2 ? validationR2 : validationAccuracy),
                        Boolean.TRUE.equals(best)));
        return new StepRecord(
                step,
                epoch,
                rows,
                number(loss),
                number(isR2 ? r2 : accuracy),
                isR2 ? "r2" : "accuracy",
                new StepChoice(
                        number(rate),
                        number(momentum),
                        number(clip),
                        number(damping),
                        number(gamma),
                        number(ratio),
                        Boolean.TRUE.equals(indefinite)),
                outcome(place),
                number(distance),
                new StepCost(jobs, rowsTouched, dataSeconds, statisticsSeconds, inversionSeconds, seconds),
                validation);
    }

    private Verdict outcome(String place) {
        for (Verdict known : Verdict.values()) {
            if (known.word().equals(outcome)) {
                return known;
            }
        }
        throw new UserException(place + ": outcome '" + outcome + "' is unknown; mend the line");
    }

    private static JsonNode figure(double value) {
        return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.instance;
    }

    private static @Nullable Double chosen(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static double number(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double number(@Nullable JsonNode value) {
        return value != null && value.isNumber() ? value.doubleValue() : Double.NaN;
    }
}
