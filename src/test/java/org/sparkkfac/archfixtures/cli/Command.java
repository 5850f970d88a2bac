package org.sparkkfac.archfixtures.cli;

public record Command() {}
