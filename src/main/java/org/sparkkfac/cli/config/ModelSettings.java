package org.sparkkfac.cli.config;

import org.sparkkfac.Setting;

/** Where the model is: a directory on any Hadoop file system. */
public record ModelSettings(String path) {
    static final Setting<String> PATH = Setting.of("path", String.class, "the directory of the model");
}
