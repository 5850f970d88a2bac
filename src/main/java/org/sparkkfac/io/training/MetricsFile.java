package org.sparkkfac.io.training;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.MadeDirectories;
import org.sparkkfac.io.files.StorageErrors;
import org.sparkkfac.io.manifest.StepLine;
import org.sparkkfac.train.Metrics;
import org.sparkkfac.train.StepRecord;

/**
 * The figures of the steps as JSON lines, in a file that can be read while training runs, where the file system shows a
 * file that is being written. All of them (half a kilobyte a step) are kept, since checkpoints hold them too: few file
 * systems let a file be cut and gone on with.
 */
public final class MetricsFile implements Metrics, AutoCloseable {
    private final Location file;
    private final FSDataOutputStream out;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    private MetricsFile(Location file, FSDataOutputStream out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Begins the file anew, with the lines of steps that were made before.
     *
     * @throws org.sparkkfac.StorageException if it cannot be written
     */
    public static MetricsFile begin(Location file, byte[] before) {
        MadeDirectories.make(file.parent());
        FSDataOutputStream out = StorageErrors.guard(
                file.toString(), "cannot be written", () -> file.fileSystem().create(file.path(), true));
        MetricsFile metrics = new MetricsFile(file, out);
        metrics.write(before);
        return metrics;
    }

    @Override
    public void add(StepRecord step) {
        write((StepLine.line(step) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) {
        lines.writeBytes(bytes);
        StorageErrors.guardAction(file.toString(), "cannot be written", () -> {
            out.write(bytes);
            out.hflush();
        });
    }

    /** Number of bytes written. */
    @Override
    public long position() {
        return lines.size();
    }

    /** All lines so far. */
    public byte[] bytes() {
        return lines.toByteArray();
    }

    @Override
    public void close() {
        StorageErrors.guardAction(file.toString(), "cannot be written", () -> closeStream(out));
    }

    private static void closeStream(FSDataOutputStream stream) throws IOException {
        stream.close();
    }
}
