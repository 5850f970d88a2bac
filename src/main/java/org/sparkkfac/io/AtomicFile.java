package org.sparkkfac.io;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
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
        MadeDirectories parents = MadeDirectories.make(target.sibling("."));
        return StorageErrors.guard(target.toString(), "cannot be written", () -> {
            boolean done = false;
            try {
                FileDigest digest = replace(target, content);
                done = true;
                return digest;
            } finally {
                if (!done) {
                    parents.undo();
                }
            }
        });
    }

    /** Replaces or makes the file in a directory that is there. */
    static FileDigest replace(Location target, Content content) throws IOException {
        FileSystem fileSystem = target.fileSystem();
        if (target.publishing() == Publishing.PUT) {
            return stream(target, true, content);
        }
        Location temporary = temporary(target);
        boolean done = false;
        try {
            FileDigest digest = stream(temporary, true, content);
            target.publishing().replace(fileSystem, temporary.path(), target.path());
            done = true;
            return digest;
        } finally {
            if (!done) {
                fileSystem.delete(temporary.path(), false);
            }
        }
    }

    static Location temporary(Location target) {
        return target.sibling("_" + target.path().getName() + ".tmp");
    }

    /** Writes straight to the file; a failure leaves nothing of it, as far as the file system lets us. */
    static FileDigest stream(Location file, boolean overwrite, Content content) throws IOException {
        FSDataOutputStream out = file.fileSystem().create(file.path(), overwrite);
        boolean done = false;
        try {
            DigestingStream digesting = new DigestingStream(out);
            content.writeTo(digesting);
            if (out.hasCapability(StreamCapabilities.HSYNC)) {
                out.hsync(); // or a power cut could keep the rename and lose the bytes
            }
            out.close();
            done = true;
            return digesting.finish();
        } finally {
            if (!done) {
                discard(file, out);
            }
        }
    }

    private static void discard(Location file, FSDataOutputStream out) throws IOException {
        if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
            out.abort();
            return;
        }
        try (out) {
            file.fileSystem().delete(file.path(), false);
        }
    }

    private static void checkReplaceable(Location target, FileStatus status, boolean overwrite) {
        if (status.isDirectory()) {
            throw new UserException(target + ": is a directory; name a file");
        }
        if (!overwrite) {
            throw new UserException(target + ": exists; choose another path or give --overwrite");
        }
    }
}
