package org.sparkkfac.cli.config;

/** Where the artefact goes: a directory on any Hadoop file system. */
public record OutputSettings(String path) {}
