package org.sparkkfac.io.files;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;

/**
 * Writes one file so that it is there whole or not at all.
 *
 * <p>Where rename replaces, the bytes go to a hidden file beside ({@code _<name>.tmp}) which is removed on failure. On
 * object stores they go to the target itself, which appears when the stream is closed; a failure aborts the upload.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything into the stream, and does not close it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes the file, making its parents.
     *
     * @throws UserException if it is there and {@code overwrite} is false, or is a directory, or may not be written
     * @throws org.sparkkfac.StorageException if the file system fails
     */
    public static FileDigest write(Location target, boolean overwrite, Content content) {
        target.status().ifPresent(status -> checkReplaceable(target, status, overwrite));
        MadeDirectories parents = MadeDirectories.make(target.parent());
        return StorageErrors.guard(
                target.toString(),
                "cannot be written",
                () -> StorageErrors.orUndo(() -> replace(target, content), parents::undo));
    }

    /** Replaces or makes the file in a directory that is there. */
    public static FileDigest replace(Location target, Content content) throws IOException {
        if (target.publishing() == Publishing.PUT) {
            return stream(target, target.exists(), content);
        }
        FileSystem fileSystem = target.fileSystem();
        Location temporary = target.sibling(temporaryName(target.path().getName()));
        FileDigest digest = stream(temporary, true, content);
        return StorageErrors.orUndo(
                () -> {
                    target.publishing().replace(fileSystem, temporary.path(), target.path());
                    return digest;
                },
                () -> fileSystem.delete(temporary.path(), false));
    }

    /** The name of the hidden file beside a file of this name; a kill may leave it. */
    public static String temporaryName(String name) {
        return "_" + name + ".tmp";
    }

    /** Writes straight to the file; a failure removes it where the file system allows that. */
    public static FileDigest stream(Location file, boolean overwrite, Content content) throws IOException {
        FSDataOutputStream out = file.fileSystem().create(file.path(), overwrite);
        return StorageErrors.orUndo(() -> write(out, content), () -> discard(file, out, overwrite));
    }

    private static FileDigest write(FSDataOutputStream out, Content content) throws IOException {
        DigestingStream digesting = new DigestingStream(out);
        content.writeTo(digesting);
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
            out.hsync(); // or a power cut could keep the rename and lose the bytes
        }
        out.close();
        return digesting.finish();
    }

    /** On an object store it is closing that makes the file appear, so there the stream is dropped, not closed. */
    private static void discard(Location file, FSDataOutputStream out, boolean replacing) throws IOException {
        if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
            out.abort();
        } else if (file.publishing() != Publishing.PUT) {
            closeAndDelete(file, out);
        } else if (!replacing) {
            file.fileSystem().delete(file.path(), false);
        }
    }

    private static void closeAndDelete(Location file, FSDataOutputStream out) throws IOException {
        try {
            out.close();
        } finally {
            file.fileSystem().delete(file.path(), false);
        }
    }

    private static void checkReplaceable(Location target, FileStatus status, boolean overwrite) {
        if (status.isDirectory()) {
            throw new UserException(target + ": is a directory; name a file");
        }
        if (!overwrite) {
            throw new UserException(target + ": exists; choose another path or allow overwriting", Component.OVERWRITE);
        }
    }
}
