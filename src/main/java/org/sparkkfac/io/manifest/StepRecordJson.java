package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.StorageErrors;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.acceptance.StepOutcome;
import org.sparkkfac.train.optimiser.StepChoice;
import org.sparkkfac.train.state.StepCost;

/**
 * The figures of training steps as JSON lines, an object a step.
 *
 * <p>Keys: {@code step, epoch, rows, loss, accuracy} (or {@code r2}), {@code outcome, rate, momentum, clip, damping, gamma,
 * ratio, indefinite, distance, jobs, rows_touched, data_seconds, statistics_seconds, inversion_seconds, seconds,
 * validation_loss, validation_accuracy} (or {@code validation_r2}), {@code best}. What an optimiser does not choose is left
 * out, as are validations that were not made; a loss, score or distance that is not finite is null.
 */
public final class StepRecordJson {
    private static final List<String> SCORES = List.of("accuracy", "r2");
    private static final String VALIDATION = "validation_";

    private StepRecordJson() {}

    /** One line, without its end. */
    public static String line(StepRecord step) {
        ObjectNode line = Json.object()
                .put("step", step.step())
                .put("epoch", step.epoch())
                .put("rows", step.rows())
                .put("loss", finiteOrNull(step.loss()))
                .put(step.scoreName(), finiteOrNull(step.score()))
                .put("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
        StepChoice choice = step.choice();
        putIfChosen(line, "rate", choice.rate());
        putIfChosen(line, "momentum", choice.momentum());
        putIfChosen(line, "clip", choice.clip());
        putIfChosen(line, "damping", choice.damping());
        putIfChosen(line, "gamma", choice.gamma());
        putIfChosen(line, "ratio", choice.ratio());
        if (choice.isIndefinite()) {
            line.put("indefinite", true);
        }
        StepCost cost = step.cost();
        line.put("distance", finiteOrNull(step.distance()))
                .put("jobs", cost.jobs())
                .put("rows_touched", cost.rowsTouched())
                .put("data_seconds", cost.dataSeconds())
                .put("statistics_seconds", cost.statisticsSeconds())
                .put("inversion_seconds", cost.inversionSeconds())
                .put("seconds", cost.seconds());
        step.validation()
                .ifPresent(validation -> line.put(VALIDATION + "loss", finiteOrNull(validation.loss()))
                        .put(VALIDATION + step.scoreName(), finiteOrNull(validation.score()))
                        .put("best", validation.isBest()));
        try {
            return new String(Json.compactBytes(line), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void putIfChosen(ObjectNode line, String key, double value) {
        if (Double.isFinite(value)) {
            line.put(key, value);
        }
    }

    private static @Nullable Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /**
     * All steps of a file. A last line without an end was being written when the training ended, and is passed over.
     *
     * @throws UserException if there is no such file, or a line is no step; it names the line
     */
    public static List<StepRecord> read(Location file) {
        file.requireFile();
        String text = StorageErrors.guard(file.toString(), "cannot be read", () -> {
            try (FSDataInputStream in = file.fileSystem().open(file.path())) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
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
        ObjectNode line = Json.parseObject(text.getBytes(StandardCharsets.UTF_8), place);
        String score = SCORES.stream()
                .filter(line::has)
                .findFirst()
                .orElseThrow(() -> new UserException(place + ": is no step of a training: it has neither of the keys "
                        + SCORES + "; give the metrics file that kfac train wrote"));
        StepChoice choice = new StepChoice(
                number(line, "rate"),
                number(line, "momentum"),
                number(line, "clip"),
                number(line, "damping"),
                number(line, "gamma"),
                number(line, "ratio"),
                line.path("indefinite").asBoolean(false));
        StepCost cost = new StepCost(
                required(line, "jobs", place).asInt(),
                required(line, "rows_touched", place).asLong(),
                required(line, "data_seconds", place).asDouble(),
                required(line, "statistics_seconds", place).asDouble(),
                required(line, "inversion_seconds", place).asDouble(),
                required(line, "seconds", place).asDouble());
        return new StepRecord(
                required(line, "step", place).asLong(),
                required(line, "epoch", place).asDouble(),
                required(line, "rows", place).asLong(),
                number(line, "loss"),
                number(line, score),
                score,
                choice,
                outcome(line, place),
                number(line, "distance"),
                cost,
                line.has(VALIDATION + "loss")
                        ? Optional.of(new StepRecord.Validation(
                                number(line, VALIDATION + "loss"),
                                number(line, VALIDATION + score),
                                line.path("best").asBoolean(false)))
                        : Optional.empty());
    }

    private static StepOutcome outcome(ObjectNode line, String place) {
        String name = required(line, "outcome", place).asText();
        for (StepOutcome outcome : StepOutcome.values()) {
            if (outcome.name().toLowerCase(Locale.ROOT).equals(name)) {
                return outcome;
            }
        }
        throw new UserException(place + ": outcome '" + name + "' is unknown; mend the line");
    }

    private static double number(ObjectNode line, String key) {
        JsonNode value = line.path(key);
        return value.isNumber() ? value.doubleValue() : Double.NaN;
    }

    private static JsonNode required(ObjectNode line, String key, String place) {
        JsonNode value = line.get(key);
        if (value == null) {
            throw new UserException(place + ": is no step of a training: it has no key '" + key
                    + "'; give the metrics file that kfac train wrote");
        }
        return value;
    }
}
