package org.sparkkfac.io.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local file system, until the operation that is to fail; counts operations that change something. */
public final class FaultyFileSystem extends FilterFileSystem {
    /** What happens from the failing operation on. */
    public enum Fault {
        /** That operation fails, later ones work: the writer can clean up. */
        ONCE,
        /** Nothing works any more: the process was killed. */
        KILLED,
        /** That operation happens, but the client is told that it failed. */
        DONE_BUT_REPORTED
    }

    private final Publishing publishing;
    private final Fault fault;
    private final int failing;
    private int operations;

    public FaultyFileSystem(Publishing publishing, Fault fault, int failing) throws IOException {
        super(local());
        this.publishing = publishing;
        this.fault = fault;
        this.failing = failing;
    }

    private static FileSystem local() throws IOException {
        LocalFileSystem local = FileSystem.getLocal(new Configuration());
        return local.getRaw();
    }

    public Location location(java.nio.file.Path path) {
        return new Location(this, new Path(path.toUri()), path.toString(), publishing);
    }

    public int operations() {
        return operations;
    }

    public boolean reached() {
        return operations >= failing;
    }

    private interface Change<T> {
        T make() throws IOException;
    }

    private <T> T change(Change<T> change) throws IOException {
        operations++;
        boolean fails = fault == Fault.KILLED ? operations >= failing : operations == failing;
        if (fails && fault != Fault.DONE_BUT_REPORTED) {
            throw new IOException("injected at operation " + operations);
        }
        T result = change.make();
        if (fails) {
            throw new IOException("injected after operation " + operations);
        }
        return result;
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        if (publishing == Publishing.PUT) {
            if (!overwrite && exists(path)) {
                throw new org.apache.hadoop.fs.FileAlreadyExistsException(path.toString());
            }
            return new FSDataOutputStream(new ObjectStream(path), null);
        }
        FSDataOutputStream out =
                change(() -> fs.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
        return new FSDataOutputStream(new FaultyStream(out), null);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return change(() -> fs.rename(from, to));
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        return change(() -> fs.delete(path, recursive));
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        return change(() -> fs.mkdirs(path));
    }

    private final class FaultyStream extends OutputStream {
        private final OutputStream out;

        FaultyStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count / 2);
            out.flush();
            change(() -> {
                out.write(bytes, from + count / 2, count - count / 2);
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            try (out) {
                change(() -> true);
            }
        }
    }

    /** As an object store: the object appears, whole, when the stream is closed. */
    private final class ObjectStream extends ByteArrayOutputStream {
        private final Path path;

        ObjectStream(Path path) {
            this.path = path;
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            super.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            change(() -> {
                try (OutputStream out = fs.create(path, true)) {
                    out.write(toByteArray());
                }
                return true;
            });
        }
    }
}
