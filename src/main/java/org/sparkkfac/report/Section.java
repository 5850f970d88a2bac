package org.sparkkfac.report;

/** A part of a report. */
public sealed interface Section permits ChartGroup, FactTable {
    /** Its heading. */
    String title();
}
