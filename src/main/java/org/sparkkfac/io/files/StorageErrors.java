package org.sparkkfac.io.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathAccessDeniedException;
import org.apache.hadoop.fs.PathIsDirectoryException;
import org.apache.hadoop.fs.PathIsNotDirectoryException;
import org.sparkkfac.StorageException;
import org.sparkkfac.UserException;

/** Turns what file systems throw into the two ways in which this room refuses. */
public final class StorageErrors {
    private StorageErrors() {}

    /** Something done to a file system. */
    @FunctionalInterface
    public interface Operation<T> {
        T run() throws IOException;
    }

    /** Something done to a file system, without a result. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /**
     * Runs an operation.
     *
     * @param place the path, as the user wrote it
     * @param failed what could not be done, such as {@code cannot be read}
     */
    public static <T> T guard(String place, String failed, Operation<T> operation) {
        try {
            return operation.run();
        } catch (IOException e) {
            throw translate(place, failed, e);
        } catch (FSError e) {
            // RawLocalFileSystem throws an Error when the disk is full.
            throw storage(place, failed, e);
        }
    }

    /** {@link #guard(String, String, Operation)} for what has no result. */
    public static void guardAction(String place, String failed, Action action) {
        guard(place, failed, () -> {
            action.run();
            return true;
        });
    }

    /** Runs an operation and, if it fails in any way, what undoes it; the first failure is the one that is thrown. */
    public static <T> T orUndo(Operation<T> operation, Action undo) throws IOException {
        try {
            return operation.run();
        } catch (IOException | RuntimeException | Error failure) {
            try {
                undo.run();
            } catch (IOException | RuntimeException | FSError second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** HDFS says "Permission denied" in an exception of a package that this room does not use, so the text decides. */
    private static RuntimeException translate(String place, String failed, IOException e) {
        if (e instanceof AccessDeniedException
                || e instanceof PathAccessDeniedException
                || detail(e).contains("Permission denied")) {
            return user(place, failed, "permission denied; choose another path or ask for access", e);
        }
        if (e instanceof ParentNotDirectoryException
                || e instanceof PathIsNotDirectoryException
                || e instanceof PathIsDirectoryException
                || e instanceof FileAlreadyExistsException) {
            return user(place, failed, detail(e) + "; choose another path", e);
        }
        if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
            return user(place, failed, detail(e) + "; check the path", e);
        }
        return storage(place, failed, e);
    }

    private static UserException user(String place, String failed, String why, Throwable cause) {
        return new UserException(place + ": " + failed + ": " + why, cause);
    }

    private static StorageException storage(String place, String failed, Throwable cause) {
        return new StorageException(place + ": " + failed + ": " + detail(cause), cause);
    }

    /** One line, since errors are one line; Hadoop's messages carry stack traces of the server. */
    private static String detail(Throwable e) {
        String message = e.getMessage();
        String line = message == null ? "" : message.lines().findFirst().orElse("");
        return line.isBlank() ? e.getClass().getSimpleName() : line;
    }
}
