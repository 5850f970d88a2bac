package org.sparkkfac.io.manifest;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.sparkkfac.io.files.FileDigest;

/**
 * One file of an artefact, as its manifest records it.
 *
 * @param path below the artefact's directory, with slashes; never leaves it
 * @param digest the file's length and SHA-256
 */
public record ArtefactFile(String path, FileDigest digest) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ArtefactFile {
        if (!staysBelow(path)) {
            throw new IllegalArgumentException("path '" + path + "' is not a plain relative path");
        }
        if (digest.length() < 0 || !SHA256.matcher(digest.sha256()).matches()) {
            throw new IllegalArgumentException("length or sha256 is malformed");
        }
    }

    private static boolean staysBelow(String path) {
        boolean plain = path.chars().noneMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c));
        return plain
                && !path.equals(Manifest.FILE)
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isBlank() || part.equals(".") || part.equals(".."));
    }
}
