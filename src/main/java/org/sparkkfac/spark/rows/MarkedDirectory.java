package org.sparkkfac.spark.rows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.sparkkfac.Component;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;

/**
 * A directory that Spark fills with files, beside a marker by which this library knows its own: overwriting means
 * deleting, and nothing else is deleted.
 *
 * @param place the directory
 * @param component what names it, for errors
 * @param marker the name of the marker
 * @param content what the files hold, such as {@code bad rows}
 */
public record MarkedDirectory(Location place, Component component, String marker, String content) {
    /**
     * Refuses a place that is taken.
     *
     * @throws UserException if there is something, and it is not ours or {@code overwrite} is false
     */
    public void check(boolean overwrite) {
        if (!place.exists()) {
            return;
        }
        if (!place.isDirectory()) {
            throw refusal("is a file but should be a directory; choose another path");
        }
        List<String> there = list();
        if (there.isEmpty()) {
            return;
        }
        if (!there.contains(marker)) {
            throw refusal("is not empty and holds no " + content
                    + " of an earlier run, so it is never overwritten; choose another path or empty it");
        }
        if (!overwrite) {
            throw refusal(
                    "holds the " + content + " of an earlier run; choose another path or overwrite it",
                    Component.OVERWRITE);
        }
    }

    private UserException refusal(String problem, Component... mends) {
        return UserException.at(component, place + ": " + problem, mends);
    }

    /** Makes the directory with its marker, for Spark to add files to. */
    public void create() {
        storage("cannot be written", () -> {
            try (FSDataOutputStream out =
                    place.fileSystem().create(place.child(marker).path(), true)) {
                out.write((content + ", written by spark-kfac\n").getBytes(StandardCharsets.UTF_8));
            }
            return true;
        });
    }

    /** Removes the directory, if it is ours or empty: what failed leaves nothing behind. */
    public void delete() {
        if (place.exists() && (place.child(marker).exists() || list().isEmpty())) {
            storage("cannot be removed", () -> place.fileSystem().delete(place.path(), true));
        }
    }

    /** Puts this directory, when it is complete, in the place of another, which is ours, empty, or not there. */
    public void replace(MarkedDirectory other) {
        for (String name : list()) {
            if (name.endsWith(".crc")) { // of Hadoop's local file system, which does not miss them
                storage(
                        "cannot be tidied",
                        () -> place.fileSystem().delete(place.child(name).path(), false));
            }
        }
        other.delete();
        storage("cannot be moved to " + other.place, () -> {
            place.fileSystem().mkdirs(other.place.path().getParent());
            if (!place.fileSystem().rename(place.path(), other.place.path())) {
                throw new IOException("the file system refuses");
            }
            return true;
        });
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
        T run() throws IOException;
    }

    private <T> T storage(String problem, Access<T> access) {
        try {
            return access.run();
        } catch (IOException e) {
            throw new StorageException(place + ": " + problem + ": " + SourceFailures.firstLine(e), e);
        }
    }
}
