package org.sparkkfac.cli.config;

/** A statistic that is collected for each layer, or for the network. */
public enum StatisticsKind {
    /** The Kronecker factors A and G. */
    KRONECKER,
    /** The exact block of a layer. */
    EXACT_BLOCK,
    /** The diagonal. */
    DIAGONAL,
    /** Second moments in the eigenbasis of the Kronecker factors. */
    EIGEN_CORRECTED,
    /** The matrix over all layers. */
    FULL
}
