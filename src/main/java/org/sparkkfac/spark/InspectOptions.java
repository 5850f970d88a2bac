package org.sparkkfac.spark;

/**
 * How closely {@link SparkKfac#inspect} looks.
 *
 * @param verify whether every number is read and checked, which gives the norms of all tensors too
 * @param spectra whether the eigenvalues of all averaged matrices are computed, by about 4n³/3 operations for n × n
 */
public record InspectOptions(boolean verify, boolean spectra) {}
