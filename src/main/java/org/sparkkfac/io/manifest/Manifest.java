package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;

/**
 * {@code manifest.json}: what commits an artefact and says which files belong to it.
 *
 * @param json all of it
 * @param format its kind, such as {@code spark-kfac/statistics}
 * @param version the version of that kind
 * @param files the artefact's files by logical name
 */
public record Manifest(ObjectNode json, String format, int version, Map<String, ArtefactFile> files) {
    /** The name of the file. */
    public static final String FILE = "manifest.json";

    static final String MEND = "the artefact is damaged, write it again";

    /** What is around the fields that each kind of artefact has; Jackson makes it. */
    record Frame(
            @JsonProperty(required = true) String format,
            int version,
            @JsonProperty(required = true) Map<String, ArtefactFile> files) {
        Frame {
            if (version < 1) {
                throw new IllegalArgumentException("version should be a positive integer");
            }
            if (files == null || files.containsValue(null)) {
                throw new IllegalArgumentException("files should be an object of objects");
            }
        }
    }

    /** Copies the map. */
    public Manifest {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * Reads the manifest of a directory, if it has one.
     *
     * @throws UserException if it is not one of this library's, or malformed
     */
    public static Optional<Manifest> read(Location directory) {
        Location file = directory.child(FILE);
        return file.status().map(status -> parse(file.bytes(), file.toString()));
    }

    /** A manifest for these files: format and version first, then the fields, then the files. */
    public static Manifest of(ArtefactFormat format, ObjectNode fields, Map<String, ArtefactFile> files) {
        ObjectNode json = Json.object().put("format", format.name()).put("version", format.version());
        fields.properties().forEach(field -> {
            if (json.has(field.getKey()) || field.getKey().equals("files")) {
                throw new IllegalArgumentException("the manifest's " + field.getKey() + " is not the caller's to set");
            }
            json.set(field.getKey(), field.getValue());
        });
        json.set("files", Json.object(files));
        return new Manifest(json, format.name(), format.version(), files);
    }

    private static Manifest parse(byte[] bytes, String place) {
        ObjectNode json = Json.parseObject(bytes, place);
        JsonNode format = json.path("format");
        if (!format.isTextual() || !format.textValue().startsWith(ArtefactFormat.FAMILY)) {
            throw new UserException(place + ": format is " + (format.isMissingNode() ? "missing" : format)
                    + " but should be one of spark-kfac's; give the directory of a spark-kfac artefact");
        }
        Frame frame = Json.read(json, Frame.class, place, MEND);
        return new Manifest(json, frame.format(), frame.version(), frame.files());
    }
}
