package org.sparkkfac.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.linalg.LayerShape;

/** What {@code kfac inspect} has found, for people: a line for each fact of origin, then tables. */
public final class InspectionText implements Answer {
    private static final int FINGERPRINT = 16;

    private final ObjectNode found;
    private final StringBuilder text = new StringBuilder();

    /** What {@link org.sparkkfac.spark.SparkKfac#inspect} gave. */
    public InspectionText(ObjectNode found) {
        this.found = found;
    }

    @Override
    public ObjectNode json() {
        return found;
    }

    @Override
    public String text() {
        text.setLength(0);
        what();
        origin();
        merged();
        layers();
        tensors();
        spectra();
        verified();
        return text.toString();
    }

    private void what() {
        line(string("path"), string("format") + (found.has("version") ? ", version " + string("version") : ""));
        if (found.has("network")) {
            line("network", string("network") + ", " + count(found, "parameters") + " parameters");
        }
        if (found.has("rows")) {
            JsonNode loss = found.path("mean_loss");
            line(
                    "rows",
                    count(found, "rows") + ", total weight " + string("total_weight") + ", " + count(found, "skipped")
                            + " skipped, "
                            + (loss.isNumber() ? "mean loss " + Table.number(loss.asDouble()) : withoutLoss()));
        }
        if (found.path("skipped_rows").isObject()) {
            skipped(found.path("skipped_rows"));
        }
    }

    private void skipped(JsonNode rows) {
        JsonNode first = rows.path("samples").path(0);
        String reasons = rows.path("by_reason").properties().stream()
                .map(reason -> Table.count(reason.getValue().asLong()) + " " + reason.getKey())
                .collect(Collectors.joining(", "));
        line(
                "skipped",
                reasons + "; the first is " + first.path("place").asText() + ": "
                        + first.path("problem").asText());
    }

    private void origin() {
        join("model", string("config", "model", "path"), fingerprint(string("model", "fingerprint")));
        join(
                "data",
                found.path("merged").isEmpty() ? source() : "",
                prefixed("fingerprint ", string("data", "fingerprint")),
                plan());
        join("statistics", string("config", "statistics"));
        join("method", string("method"), damping());
        join("fisher", string("fisher", "type"), draws(), precision());
        join(
                "blas",
                string("blas", "backend"),
                string("blas", "kernel"),
                prefixed("threads a call: ", string("blas", "threads")));
        join("cpu", string("cpu", "model"), string("cpu", "architecture"));
        join(
                "software",
                prefixed("spark-kfac ", string("software", "spark_kfac")),
                prefixed("Spark ", string("software", "spark")),
                prefixed("Java ", string("software", "java")));
        if (found.has("mean_gradient_norm")) {
            line("mean gradient", "norm " + number(found, "mean_gradient_norm"));
        }
    }

    private String withoutLoss() {
        JsonNode training = found.path("training");
        return training.isMissingNode()
                ? "no labels"
                : "a running average over the steps of a training"
                        + (training.has("steps") ? " of " + plural(training.path("steps"), "step") : "");
    }

    /** Of a sum, the source of its first part. */
    private String source() {
        return string("config", "data", "path") + inBrackets(string("config", "data", "format"));
    }

    private String plan() {
        JsonNode plan = found.path("data").path("plan");
        return plan.has("splits")
                ? plural(plan.path("splits"), "split") + " in " + plural(plan.path("groups"), "group")
                : "";
    }

    private String damping() {
        JsonNode damping = found.path("damping");
        return damping.has("value")
                ? (damping.path("relative").asBoolean() ? "relative damping " : "damping ")
                        + damping.path("value").asText()
                : "";
    }

    private String draws() {
        return string("fisher", "type").equals("monte-carlo")
                ? plural(found.path("fisher").path("samples"), "sample") + ", seed " + string("fisher", "seed")
                : "";
    }

    private String precision() {
        String precision = string("precision");
        return precision.isEmpty() ? "" : precision + " precision";
    }

    private void merged() {
        if (found.path("merged").isEmpty()) {
            return;
        }
        Table table = new Table("merged from", "rows", "total weight", "factor", "fingerprint");
        for (JsonNode part : found.path("merged")) {
            table.add(
                    part.path("path").asText(),
                    count(part, "rows"),
                    part.path("total_weight").asText(),
                    Table.plain(part.path("weight").asDouble()),
                    part.path("fingerprint").asText());
        }
        text.append(table);
    }

    private void layers() {
        if (found.path("layers").isEmpty()) {
            return;
        }
        boolean damped = found.path("layers").path(0).has("damping");
        Table table = damped
                ? new Table("layer", "out × in", "parameters", "damping λ")
                : new Table("layer", "out × in", "parameters");
        for (JsonNode layer : found.path("layers")) {
            LayerShape shape = new LayerShape(
                    layer.path("name").asText(),
                    layer.path("in").asInt(),
                    layer.path("out").asInt(),
                    layer.path("bias").asBoolean());
            List<String> cells =
                    new ArrayList<>(List.of(shape.name(), shape.describe(), Table.count(shape.parameters())));
            if (damped) {
                cells.add(number(layer, "damping"));
            }
            table.add(cells.toArray(String[]::new));
        }
        text.append(table);
    }

    private void tensors() {
        boolean norms = found.has("verified");
        Table table = norms
                ? new Table("tensor", "of", "type", "shape", "bytes", "norm")
                : new Table("tensor", "of", "type", "shape", "bytes");
        for (JsonNode tensor : found.path("tensors")) {
            List<String> cells = new ArrayList<>(List.of(
                    tensor.path("file").asText(),
                    tensor.path("name").asText(),
                    tensor.path("dtype").asText(),
                    tensor.path("shape").toString(),
                    count(tensor, "bytes")));
            if (norms) {
                cells.add(tensor.has("norm") ? number(tensor, "norm") : "");
            }
            table.add(cells.toArray(String[]::new));
        }
        text.append(table);
    }

    private void spectra() {
        if (found.path("spectra").isEmpty()) {
            return;
        }
        Table table = new Table(
                "layer", "matrix", "dimension", "trace", "norm", "smallest", "largest", "effective rank", "condition");
        for (JsonNode spectrum : found.path("spectra")) {
            table.add(
                    spectrum.path("layer").asText(),
                    spectrum.path("matrix").asText(),
                    count(spectrum, "dimension"),
                    number(spectrum, "trace"),
                    number(spectrum, "norm"),
                    number(spectrum, "smallest"),
                    number(spectrum, "largest"),
                    number(spectrum, "effective_rank"),
                    spectrum.path("condition_number").isNumber() ? number(spectrum, "condition_number") : "∞");
        }
        text.append(table);
    }

    private void verified() {
        if (found.has("verified")) {
            JsonNode verified = found.path("verified");
            line("verified", plural(verified.path("files"), "file") + ", " + plural(verified.path("bytes"), "byte"));
        }
    }

    private void line(String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    /** A line of the values that are known, if any is. */
    private void join(String name, String... values) {
        List<String> known = new ArrayList<>();
        for (String value : values) {
            if (!value.isBlank()) {
                known.add(value);
            }
        }
        if (!known.isEmpty()) {
            line(name, String.join(", ", known));
        }
    }

    private String string(String... keys) {
        JsonNode node = found;
        for (String key : keys) {
            node = node.path(key);
        }
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }

    private static String number(JsonNode node, String key) {
        return Table.number(node.path(key).asDouble());
    }

    private static String count(JsonNode node, String key) {
        return Table.count(node.path(key).asLong());
    }

    private static String plural(JsonNode count, String noun) {
        return Table.count(count.asLong()) + " " + noun + (count.asLong() == 1 ? "" : "s");
    }

    private static String inBrackets(String value) {
        return value.isEmpty() ? "" : " (" + value + ")";
    }

    private static String prefixed(String prefix, String value) {
        return value.isEmpty() ? "" : prefix + value;
    }

    private static String fingerprint(String hash) {
        return prefixed("fingerprint ", hash.length() > FINGERPRINT ? hash.substring(0, FINGERPRINT) + "…" : hash);
    }
}
