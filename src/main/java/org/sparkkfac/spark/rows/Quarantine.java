package org.sparkkfac.spark.rows;

import java.util.List;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;

/**
 * A {@link MarkedDirectory} for the rows that were left out, as Parquet files.
 *
 * @param place the directory
 * @param overwrite whether an earlier quarantine there may be replaced
 * @param columns the columns of the source, where the dataset has more of them, made by a pipeline; empty for all
 */
public record Quarantine(Location place, boolean overwrite, List<String> columns) {
    private static final String MARKER = "_spark-kfac-quarantine";

    /** Copies the list. */
    public Quarantine {
        columns = List.copyOf(columns);
    }

    /** A place for all columns of the dataset. */
    public Quarantine(Location place, boolean overwrite) {
        this(place, overwrite, List.of());
    }

    /** The same, for these columns alone. */
    public Quarantine withColumns(List<String> names) {
        return new Quarantine(place, overwrite, names);
    }

    /**
     * Refuses a place that is taken, before any work is done.
     *
     * @throws UserException if there is something, and it is no earlier quarantine or {@code overwrite} is false
     */
    public void check() {
        directory().check(overwrite);
    }

    /** Removes what an earlier run left. */
    public void clear() {
        check();
        delete();
    }

    /** Makes the directory with its marker, for Spark to add files to. */
    public void create() {
        directory().create();
    }

    /** Removes the directory, if it is a quarantine: what failed leaves nothing behind. */
    public void delete() {
        directory().delete();
    }

    private MarkedDirectory directory() {
        return new MarkedDirectory(place, Component.QUARANTINE_PATH, MARKER, "bad rows");
    }
}
