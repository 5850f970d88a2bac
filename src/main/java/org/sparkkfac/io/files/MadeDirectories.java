package org.sparkkfac.io.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;

/** Makes a directory with its parents and remembers which of them were not there, so that a failure can undo them. */
public final class MadeDirectories {
    private final FileSystem fileSystem;
    private final Deque<Path> innermostLast = new ArrayDeque<>();

    private MadeDirectories(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /**
     * Makes the directory if it is not there.
     *
     * @throws UserException if a parent is a file or may not be written to
     */
    public static MadeDirectories make(Location directory) {
        MadeDirectories made = new MadeDirectories(directory.fileSystem());
        StorageErrors.guardAction(directory.toString(), "cannot be made", () -> {
            StorageErrors.orUndo(() -> made.makeAll(directory), made::undo);
        });
        return made;
    }

    private boolean makeAll(Location directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        @Nullable Path path = directory.path();
        while (path != null && !isThere(path)) {
            missing.push(path);
            path = path.getParent();
        }
        for (Path next : missing) {
            if (!fileSystem.mkdirs(next)) {
                throw new UserException(directory + ": cannot be made: " + next
                        + " was refused; choose another path or check the permissions of its parent");
            }
            innermostLast.addLast(next);
        }
        return true;
    }

    private boolean isThere(Path path) throws IOException {
        try {
            fileSystem.getFileStatus(path);
            return true;
        } catch (FileNotFoundException e) {
            return false;
        }
    }

    /** Removes the empty ones of those that it made, innermost first. */
    public void undo() throws IOException {
        while (!innermostLast.isEmpty()) {
            Path path = innermostLast.removeLast();
            if (isThere(path) && fileSystem.listStatus(path).length == 0) {
                fileSystem.delete(path, false);
            }
        }
    }
}
