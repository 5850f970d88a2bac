package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.stats.SkippedRows;

/** The manifest's account of rows that were left out: {@code skipped}, and {@code skipped_rows} if there are any. */
public final class SkippedRowsJson {
    public static final String COUNT = "skipped";
    public static final String ACCOUNT = "skipped_rows";

    private SkippedRowsJson() {}

    public static void write(ObjectNode manifest, SkippedRows skipped) {
        manifest.put(COUNT, skipped.count());
        account(skipped).ifPresent(account -> manifest.set(ACCOUNT, account));
    }

    public static Optional<ObjectNode> account(SkippedRows skipped) {
        if (skipped.byReason().isEmpty()) {
            return Optional.empty();
        }
        ObjectNode account = Json.object();
        ObjectNode reasons = account.putObject("by_reason");
        skipped.byReason().forEach(reasons::put);
        ObjectNode files = account.putObject("by_file");
        skipped.byFile().forEach(files::put);
        ArrayNode samples = account.putArray("samples");
        for (SkippedRows.Sample row : skipped.samples()) {
            samples.addObject()
                    .put("reason", row.reason())
                    .put("place", row.place())
                    .put("problem", row.problem());
        }
        return Optional.of(account);
    }

    public static SkippedRows read(JsonNode manifest) {
        JsonNode account = manifest.path(ACCOUNT);
        List<SkippedRows.Sample> samples = new ArrayList<>();
        for (JsonNode row : account.path("samples")) {
            samples.add(new SkippedRows.Sample(
                    row.path("reason").asText(),
                    row.path("place").asText(),
                    row.path("problem").asText()));
        }
        return new SkippedRows(
                manifest.path(COUNT).asLong(),
                counts(account.path("by_reason")),
                counts(account.path("by_file")),
                samples);
    }

    private static Map<String, Long> counts(JsonNode counts) {
        Map<String, Long> result = new LinkedHashMap<>();
        counts.properties()
                .forEach(entry -> result.put(entry.getKey(), entry.getValue().asLong()));
        return result;
    }
}
