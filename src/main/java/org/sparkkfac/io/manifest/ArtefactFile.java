package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.sparkkfac.io.files.FileDigest;

/**
 * One file of an artefact, as its manifest records it.
 *
 * @param path below the artefact's directory, with slashes; never leaves it
 * @param length bytes
 * @param sha256 SHA-256 of the bytes, 64 lower-case hexadecimal digits
 */
public record ArtefactFile(
        @JsonProperty(required = true) String path,
        long length,
        @JsonProperty(required = true) String sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ArtefactFile {
        if (path == null || !staysBelow(path)) {
            throw new IllegalArgumentException("path '" + path + "' is not a plain relative path");
        }
        if (length < 0 || sha256 == null || !SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("length or sha256 is malformed");
        }
    }

    /** A file that was just written. */
    public static ArtefactFile of(String path, FileDigest digest) {
        return new ArtefactFile(path, digest.length(), digest.sha256());
    }

    private static boolean staysBelow(String path) {
        boolean plain = path.chars().noneMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c));
        return plain
                && !path.equals(Manifest.FILE)
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isBlank() || part.equals(".") || part.equals(".."));
    }
}
