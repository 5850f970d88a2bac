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
import org.sparkkfac.io.manifest.StatisticsManifest;
import org.sparkkfac.stats.StatisticKind;

/**
 * Statistics that are to be added to others, as their manifest describes them; no sum has been read.
 *
 * @param directory where they are
 * @param weight by which all their sums are multiplied
 * @param manifest what it says of them
 * @param kinds what was collected
 * @param files the artefact's files by logical name
 * @param json all of the manifest
 */
public record StatisticsPart(
        Location directory,
        double weight,
        StatisticsManifest manifest,
        List<StatisticKind> kinds,
        Map<String, ArtefactFile> files,
        ObjectNode json) {
    private static final String MERGED = "merged";
    private static final String FINGERPRINT = "fingerprint";

    static StatisticsPart open(Location directory, double weight) {
        ArtefactReader reader = ArtefactReader.open(directory, StatisticsArtefact.FORMAT);
        return new StatisticsPart(
                directory,
                weight,
                StatisticsArtefact.manifest(reader),
                StatisticsArtefact.kinds(reader),
                reader.files(),
                reader.manifest());
    }

    /** How many rows were collected. */
    public long rows() {
        return manifest.rows();
    }

    /** The sum of the rows' weights, before {@link #weight} is applied. */
    public double totalWeight() {
        return manifest.totalWeight();
    }

    /** Whether there are loss and gradient. */
    boolean isLabelled() {
        return files.containsKey(StatisticsArtefact.GRADIENT);
    }

    /** The precision of the passes, where the manifest says so. */
    Optional<String> precision() {
        return text(json.path("precision"));
    }

    /** The hash of the model, where the manifest says so. */
    Optional<String> model() {
        return text(json.path("model").path(FINGERPRINT));
    }

    /** The hash of the rows, where the manifest says so. */
    Optional<String> fingerprint() {
        return text(json.path("data").path(FINGERPRINT));
    }

    /** The hashes of the rows and, if this is a sum itself, of the rows of its parts. */
    Set<String> fingerprints() {
        Set<String> fingerprints = new LinkedHashSet<>();
        fingerprint().ifPresent(fingerprints::add);
        json.path(MERGED).forEach(part -> text(part.path(FINGERPRINT)).ifPresent(fingerprints::add));
        return fingerprints;
    }

    /** Adds what the manifest of the sum says of this: one entry, or those of its own parts with their new weights. */
    void addTo(ArrayNode merged) {
        JsonNode own = json.path(MERGED);
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
        return Optional.ofNullable(node.textValue());
    }
}
