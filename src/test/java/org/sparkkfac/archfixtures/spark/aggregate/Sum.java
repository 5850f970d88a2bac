package org.sparkkfac.archfixtures.spark.aggregate;

public record Sum() {}
