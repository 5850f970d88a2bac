package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.FileDigest;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.StorageErrors;

/**
 * {@code manifest.json}: what commits an artefact and says which files belong to it.
 *
 * @param json all of it
 * @param format its kind, such as {@code spark-kfac/statistics}
 * @param version the version of that kind
 * @param files the artefact's files by logical name
 */
public record Manifest(ObjectNode json, String format, int version, Map<String, ArtefactFile> files) {
    public static final String FILE = "manifest.json";
    static final String FORMAT = "format";
    static final String VERSION = "version";
    static final String FILES = "files";

    private static final String MEND = "; the artefact is damaged, write it again";

    public Manifest {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /** Reads the manifest of a directory, if it has one. */
    public static Optional<Manifest> read(Location directory) {
        Location file = directory.child(FILE);
        return file.status().map(status -> parse(bytes(file), file.toString()));
    }

    /** A manifest for these files: format and version first, then the fields, then the files. */
    public static Manifest of(ArtefactFormat format, ObjectNode fields, Map<String, ArtefactFile> files) {
        ObjectNode json = Json.object().put(FORMAT, format.name()).put(VERSION, format.version());
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (json.has(field.getKey()) || field.getKey().equals(FILES)) {
                throw new IllegalArgumentException("the manifest's " + field.getKey() + " is not the caller's to set");
            }
            json.set(field.getKey(), field.getValue());
        }
        ObjectNode listed = json.putObject(FILES);
        files.forEach((name, file) -> listed.putObject(name)
                .put("path", file.path())
                .put("length", file.digest().length())
                .put("sha256", file.digest().sha256()));
        return new Manifest(json, format.name(), format.version(), files);
    }

    /** The bytes of a small file. */
    public static byte[] bytes(Location file) {
        return StorageErrors.guard(file.toString(), "cannot be read", () -> {
            try (FSDataInputStream in = file.fileSystem().open(file.path())) {
                return in.readAllBytes();
            }
        });
    }

    private static Manifest parse(byte[] bytes, String place) {
        ObjectNode json = Json.parseObject(bytes, place);
        JsonNode format = json.path(FORMAT);
        JsonNode version = json.path(VERSION);
        if (!format.isTextual() || !format.textValue().startsWith(ArtefactFormat.FAMILY)) {
            throw new UserException(place + ": format is " + (format.isMissingNode() ? "missing" : format)
                    + " but should be one of spark-kfac's; give the directory of a spark-kfac artefact");
        }
        if (!version.canConvertToInt() || !version.isIntegralNumber() || version.intValue() < 1) {
            throw new UserException(place + ": version should be a positive integer" + MEND);
        }
        return new Manifest(json, format.textValue(), version.intValue(), files(json.path(FILES), place));
    }

    private static Map<String, ArtefactFile> files(JsonNode listed, String place) {
        if (!listed.isObject()) {
            throw new UserException(place + ": files should be an object" + MEND);
        }
        Map<String, ArtefactFile> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : listed.properties()) {
            files.put(entry.getKey(), file(entry.getValue(), place + ": file '" + entry.getKey() + "'"));
        }
        return files;
    }

    private static ArtefactFile file(JsonNode entry, String place) {
        JsonNode path = entry.path("path");
        JsonNode length = entry.path("length");
        JsonNode sha256 = entry.path("sha256");
        if (!path.isTextual() || !sha256.isTextual() || !length.isIntegralNumber() || !length.canConvertToLong()) {
            throw new UserException(place + ": should have path, length and sha256" + MEND);
        }
        try {
            return new ArtefactFile(path.textValue(), new FileDigest(length.longValue(), sha256.textValue()));
        } catch (IllegalArgumentException e) {
            throw new UserException(place + ": " + e.getMessage() + MEND, e);
        }
    }
}
