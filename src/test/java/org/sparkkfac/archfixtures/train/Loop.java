package org.sparkkfac.archfixtures.train;

public record Loop(int step) {}
