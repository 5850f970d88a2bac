package org.sparkkfac.cli.config;

/** Where the model is: a directory on any Hadoop file system. */
public record ModelSettings(String path) {}
