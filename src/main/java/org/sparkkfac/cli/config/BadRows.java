package org.sparkkfac.cli.config;

/** What happens to a row that cannot be used. */
public enum BadRows {
    /** The job stops and names the row. */
    FAIL,
    /** The row is left out and counted. */
    SKIP,
    /** The row is left out, counted, and written to a place of its own. */
    QUARANTINE
}
