package org.sparkkfac.cli.config;

import org.sparkkfac.Setting;

/** Where the artefact goes: a directory on any Hadoop file system. */
public record OutputSettings(String path) {
    static final Setting<String> PATH =
            Setting.of("path", String.class, "the directory that the artefact is written to");
}
