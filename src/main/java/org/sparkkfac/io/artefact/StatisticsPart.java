package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFile;
import org.sparkkfac.io.manifest.LayersJson;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.manifest.SkippedRowsJson;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.stats.SkippedRows;
import org.sparkkfac.stats.StatisticKind;

/**
 * Statistics that are to be added to others, as their manifest describes them; no sum has been read.
 *
 * @param directory where they are
 * @param weight by which all their sums are multiplied
 * @param layers shapes of the layers
 * @param fisher over which labels they were taken
 * @param kinds what was collected
 * @param labelled whether there are loss and gradient
 * @param files the artefact's files by logical name
 * @param manifest all of it
 */
record StatisticsPart(
        Location directory,
        double weight,
        List<LayerShape> layers,
        Fisher fisher,
        List<StatisticKind> kinds,
        boolean labelled,
        Map<String, ArtefactFile> files,
        ObjectNode manifest) {
    private static final String MERGED = "merged";
    private static final String FINGERPRINT = "fingerprint";

    static StatisticsPart open(Location directory, double weight) {
        ArtefactReader reader = ArtefactReader.open(directory, StatisticsArtefact.FORMAT);
        ObjectNode manifest = reader.manifest();
        String place = directory.child(Manifest.FILE).toString();
        LayersJson.rows(manifest, place);
        LayersJson.totalWeight(manifest, place);
        return new StatisticsPart(
                directory,
                weight,
                LayersJson.read(manifest, place),
                LayersJson.readFisher(manifest, place),
                StatisticsArtefact.kinds(reader),
                reader.files().containsKey(StatisticsArtefact.GRADIENT),
                reader.files(),
                manifest);
    }

    long rows() {
        return manifest.path("rows").asLong();
    }

    /** Before the weight is applied. */
    double totalWeight() {
        return manifest.path("total_weight").asDouble();
    }

    SkippedRows skipped() {
        return SkippedRowsJson.read(manifest);
    }

    /** The precision of the passes, where the manifest says so. */
    Optional<String> precision() {
        return text(manifest.path("precision"));
    }

    /** The hash of the model, where the manifest says so. */
    Optional<String> model() {
        return text(manifest.path("model").path(FINGERPRINT));
    }

    /** The hash of the rows, where the manifest says so. */
    Optional<String> fingerprint() {
        return text(manifest.path("data").path(FINGERPRINT));
    }

    /** The hashes of the rows and, if this is a sum itself, of the rows of its parts. */
    Set<String> fingerprints() {
        Set<String> fingerprints = new LinkedHashSet<>();
        fingerprint().ifPresent(fingerprints::add);
        manifest.path(MERGED).forEach(part -> text(part.path(FINGERPRINT)).ifPresent(fingerprints::add));
        return fingerprints;
    }

    /** Adds what the manifest of the sum says of this: one entry, or those of its own parts with their new weights. */
    void addTo(ArrayNode merged) {
        JsonNode own = manifest.path(MERGED);
        for (JsonNode part : own) {
            ObjectNode entry = part.deepCopy();
            merged.add(entry.put("weight", part.path("weight").asDouble(1) * weight));
        }
        if (own.isEmpty()) {
            ObjectNode entry = merged.addObject()
                    .put("path", directory.toString())
                    .put("rows", rows())
                    .put("total_weight", totalWeight())
                    .put("weight", weight);
            fingerprint().ifPresent(fingerprint -> entry.put(FINGERPRINT, fingerprint));
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }
}
