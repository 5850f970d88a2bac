package org.sparkkfac.analysis;

/**
 * The spectrum of a matrix that belongs to a layer.
 *
 * @param layer the layer's name, or that of the matrix over all layers
 * @param matrix what matrix it is, such as {@code activation_covariance}
 * @param spectrum summary of its eigenvalues
 */
public record NamedSpectrum(String layer, String matrix, SpectralSummary spectrum) {}
