package org.sparkkfac.spark;

import java.util.List;
import org.sparkkfac.Component;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.spark.rows.MarkedDirectory;
import org.sparkkfac.stats.SkippedRows;

/**
 * Where predictions go.
 *
 * @param place a directory of Parquet files
 * @param overwrite whether earlier predictions there may be replaced
 * @param keep columns of the dataset that are written beside the predictions
 */
public record Predictions(Location place, boolean overwrite, List<String> keep) {
    private static final String MARKER = "_spark-kfac-predictions";

    /** Copies the list. */
    public Predictions {
        keep = List.copyOf(keep);
    }

    /**
     * Refuses a place that is taken, before any work is done.
     *
     * @throws org.sparkkfac.UserException if there is something, and it is no earlier predictions or {@code overwrite} is
     *     false
     */
    public void check() {
        directory().check(overwrite);
    }

    MarkedDirectory directory() {
        return new MarkedDirectory(place, Component.OUTPUT_PATH, MARKER, "predictions");
    }

    /** Beside the place, hidden from Spark's readers, for files that are not yet complete. */
    MarkedDirectory temporary() {
        Location beside = place.sibling("_" + place.path().getName() + ".tmp");
        return new MarkedDirectory(beside, Component.OUTPUT_PATH, MARKER, "predictions");
    }

    /**
     * What was written.
     *
     * @param rows with a prediction
     * @param skipped rows that were left out
     */
    public record Written(long rows, SkippedRows skipped) {}
}
