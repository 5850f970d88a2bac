package org.sparkkfac.io.files;

import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** How a file system replaces a file in one step: readers see the old one or the new one, whole. */
public enum Publishing {
    /** POSIX rename, which replaces. */
    RENAME {
        @Override
        void replace(FileSystem fileSystem, Path from, Path to) throws IOException {
            if (!fileSystem.rename(from, to)) {
                throw new IOException("renaming " + from.getName() + " to " + to.getName() + " was refused");
            }
        }
    },

    /** HDFS, whose plain rename refuses an existing target; replacing is atomic only through FileContext. */
    FILE_CONTEXT {
        @Override
        void replace(FileSystem fileSystem, Path from, Path to) throws IOException {
            FileContext.getFileContext(fileSystem.getUri(), fileSystem.getConf())
                    .rename(from, to, Options.Rename.OVERWRITE);
        }
    },

    /**
     * Everything else, above all object stores: a file appears, or replaces another, when its stream is closed, and a
     * rename would be a copy.
     */
    PUT {
        @Override
        void replace(FileSystem fileSystem, Path from, Path to) {
            throw new UnsupportedOperationException("files are put in place, not renamed");
        }
    };

    private static final Set<String> ATOMIC_FILE_CONTEXT = Set.of("hdfs", "viewfs");

    static Publishing of(FileSystem fileSystem) {
        String scheme = fileSystem.getUri().getScheme();
        if ("file".equals(scheme)) {
            return RENAME;
        }
        return scheme != null && ATOMIC_FILE_CONTEXT.contains(scheme) ? FILE_CONTEXT : PUT;
    }

    abstract void replace(FileSystem fileSystem, Path from, Path to) throws IOException;
}
