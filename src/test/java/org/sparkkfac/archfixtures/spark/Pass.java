package org.sparkkfac.archfixtures.spark;

public record Pass() {}
