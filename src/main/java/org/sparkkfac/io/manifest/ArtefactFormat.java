package org.sparkkfac.io.manifest;

/**
 * A kind of artefact and the newest version of it that this library knows.
 *
 * @param name as in the manifest: {@code spark-kfac/statistics}
 * @param version from 1; readers accept it and all before
 */
public record ArtefactFormat(String name, int version) {
    static final String FAMILY = "spark-kfac/";

    public ArtefactFormat {
        if (!name.startsWith(FAMILY) || version < 1) {
            throw new IllegalArgumentException("format " + name + " version " + version);
        }
    }

    /** {@code spark-kfac/statistics}. */
    @Override
    public String toString() {
        return name;
    }
}
