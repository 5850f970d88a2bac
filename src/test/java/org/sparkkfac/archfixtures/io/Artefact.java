package org.sparkkfac.archfixtures.io;

public record Artefact() {}
