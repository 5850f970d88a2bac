package org.sparkkfac.cli.config;

/** How statistics are inverted. */
public enum PreconditionMethod {
    /** Each Kronecker factor is damped and inverted. */
    FACTORED,
    /** The Kronecker product is damped and inverted in its eigenbasis. */
    EIGEN,
    /** As {@link #EIGEN}, with the second moments measured in that basis. */
    EIGEN_CORRECTED,
    /** Cholesky of the exact blocks. */
    EXACT,
    /** Cholesky of the full matrix. */
    FULL,
    /** Element by element. */
    DIAGONAL
}
