package org.sparkkfac.spark.rows;

import java.util.Optional;

/**
 * What happens to a row that cannot be used.
 *
 * @param skip whether it is left out and counted, rather than ending the job
 * @param quarantine where rows that were left out are written as they were
 */
public record BadRowPolicy(boolean skip, Optional<Quarantine> quarantine) {
    /** The job stops and names the row. */
    public static final BadRowPolicy FAIL = new BadRowPolicy(false, Optional.empty());

    /** The row is left out and counted. */
    public static final BadRowPolicy SKIP = new BadRowPolicy(true, Optional.empty());

    /** The row is left out and counted; one more job writes all such rows to a directory. */
    public static BadRowPolicy quarantine(Quarantine place) {
        return new BadRowPolicy(true, Optional.of(place));
    }
}
