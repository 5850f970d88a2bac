package org.sparkkfac.cli.config;

/** Whose targets the Fisher information averages over. */
public enum FisherType {
    /** The output distribution of the model, in closed form. */
    EXACT,
    /** Draws from the output distribution of the model. */
    MONTE_CARLO,
    /** The labels in the data. */
    EMPIRICAL
}
