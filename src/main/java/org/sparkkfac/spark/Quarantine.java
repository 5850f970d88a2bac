package org.sparkkfac.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.Location;

/**
 * A directory for the rows that were left out, as Parquet files beside a marker that says whose it is: overwriting means
 * deleting, and only what this library wrote is deleted.
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
        String name = "data.quarantine-path: " + place;
        if (!place.exists()) {
            return;
        }
        if (!place.isDirectory()) {
            throw new UserException(name + ": is a file but should be a directory; choose another path");
        }
        List<String> there = list();
        if (there.isEmpty()) {
            return;
        }
        if (!there.contains(MARKER)) {
            throw new UserException(
                    name + ": is not empty and holds no bad rows of an earlier run, so it is not written"
                            + " to, not even with --overwrite; choose another path or empty it");
        }
        if (!overwrite) {
            throw new UserException(
                    name + ": holds the bad rows of an earlier run; choose another path or give --overwrite");
        }
    }

    /** Removes what an earlier run left. */
    void clear() {
        check();
        if (place.exists()) {
            delete();
        }
    }

    /** Makes the directory with its marker, for Spark to add files to. */
    void create() {
        storage("cannot be written", () -> {
            try (FSDataOutputStream out =
                    place.fileSystem().create(place.child(MARKER).path(), true)) {
                out.write("rows that spark-kfac left out\n".getBytes(StandardCharsets.UTF_8));
            }
            return true;
        });
    }

    /** Removes the directory, if it is a quarantine: what failed leaves nothing behind. */
    public void delete() {
        if (place.child(MARKER).exists() || list().isEmpty()) {
            storage("cannot be removed", () -> place.fileSystem().delete(place.path(), true));
        }
    }

    private List<String> list() {
        return storage("cannot be listed", () -> {
            List<String> names = new ArrayList<>();
            for (FileStatus status : place.fileSystem().listStatus(place.path())) {
                names.add(status.getPath().getName());
            }
            return names;
        });
    }

    private interface Access<T> {
        T run() throws java.io.IOException;
    }

    private <T> T storage(String problem, Access<T> access) {
        try {
            return access.run();
        } catch (java.io.IOException e) {
            throw new StorageException(place + ": " + problem + ": " + SourceFailures.firstLine(e), e);
        }
    }
}
