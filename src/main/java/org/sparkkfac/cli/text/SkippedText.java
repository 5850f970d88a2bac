package org.sparkkfac.cli.text;

import java.util.Optional;
import org.sparkkfac.cli.console.Table;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.stats.SkippedRows;

/** What is said of rows that were left out; nothing where there are none. */
public final class SkippedText {
    private SkippedText() {}

    /** Of the rows of a command, with the place to which they were written. */
    public static String of(SkippedRows skipped, Optional<Location> quarantine) {
        return skipped.count() == 0
                ? ""
                : text(skipped, "")
                        + quarantine
                                .map(place -> "wrote the bad rows to " + place + "\n")
                                .orElse("");
    }

    /** Of rows to validate on, which go to no quarantine. */
    public static String ofValidation(SkippedRows skipped) {
        return skipped.count() == 0 ? "" : text(skipped, " among the rows to validate on");
    }

    private static String text(SkippedRows skipped, String where) {
        SkippedRows.Sample first = skipped.samples().get(0);
        return "left out " + Table.count(skipped.count()) + " bad row(s)" + where + ": " + skipped + "; the first is "
                + first.place() + ": " + first.problem() + "\n";
    }
}
