package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.StorageException;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.FileDigest;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.MadeDirectories;
import org.sparkkfac.io.files.StorageErrors;
import org.sparkkfac.io.manifest.ArtefactFile;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.tensors.SafetensorsWriter;
import org.sparkkfac.io.tensors.TensorSource;

/**
 * Writes one artefact: tensor files first, the manifest last, in one step.
 *
 * <pre>{@code
 * try (ArtefactWriter writer = ArtefactWriter.create(directory, format, overwrite)) {
 *     writer.addFile("activation_covariance", sources);
 *     writer.commit(manifestFields);
 * }
 * }</pre>
 *
 * <p>Until {@link #commit} the directory's readers see what was there before. {@link #close} without a commit removes
 * all that was written, and the directories that were made for it. A killed process leaves files which the manifest does
 * not name, next to a marker; the next write with overwrite removes them. One writer at a time to a directory: two are
 * not told apart from one that was killed. Not for several threads.
 */
public final class ArtefactWriter implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private enum State {
        WRITING,
        /** The manifest may or may not be in place, so neither old nor new files may be removed. */
        UNKNOWN,
        ENDED
    }

    private final Location directory;
    private final ArtefactFormat format;
    private final OutputDirectory destination;
    private final MadeDirectories made;
    private final Map<String, ArtefactFile> files = new LinkedHashMap<>();
    private State state = State.WRITING;

    private ArtefactWriter(
            Location directory, ArtefactFormat format, OutputDirectory destination, MadeDirectories made) {
        this.directory = directory;
        this.format = format;
        this.destination = destination;
        this.made = made;
    }

    /**
     * Begins an artefact.
     *
     * @param overwrite whether a finished or unfinished artefact of any format of this library may be replaced
     * @throws org.sparkkfac.UserException if the directory holds an artefact and {@code overwrite} is false, holds
     *     anything else, or cannot be written to; nothing has been changed then
     * @throws StorageException if the file system fails
     */
    public static ArtefactWriter create(Location directory, ArtefactFormat format, boolean overwrite) {
        OutputDirectory destination = OutputDirectory.inspect(directory, overwrite);
        MadeDirectories made = MadeDirectories.make(directory);
        ArtefactWriter writer = new ArtefactWriter(directory, format, destination, made);
        StorageErrors.guardAction(
                directory.toString(),
                "cannot be written to",
                () -> StorageErrors.orUndo(writer::mark, writer::removeWritten));
        return writer;
    }

    /**
     * Throws what {@link #create} would throw, found out by trying: a job of hours should not end at a directory that
     * cannot be written to. Nothing is left of the attempt.
     */
    public static void check(Location directory, ArtefactFormat format, boolean overwrite) {
        create(directory, format, overwrite).close();
    }

    /**
     * Removes an artefact of any format of this library, finished or not, if there is one: the manifest first, so that one of
     * which a part is gone counts as none.
     *
     * @throws org.sparkkfac.UserException if the directory holds anything else; nothing has been removed then
     */
    public static void remove(Location directory) {
        if (!directory.exists()) {
            return;
        }
        List<String> names = new ArrayList<>(List.of(Manifest.FILE));
        names.addAll(OutputDirectory.inspect(directory, true).obsolete());
        names.addAll(OutputDirectory.TEMPORARIES);
        names.add(OutputDirectory.MARKER);
        StorageErrors.guardAction(directory.toString(), "cannot be removed", () -> {
            for (String name : names) {
                directory.fileSystem().delete(directory.child(name).path(), false);
            }
            if (directory.names().isEmpty()) {
                directory.fileSystem().delete(directory.path(), false);
            }
        });
    }

    /** A marker that is there already is replaced in one step, since it lists what is still to be removed. */
    private FileDigest mark() throws IOException {
        Location marker = directory.child(OutputDirectory.MARKER);
        AtomicFile.Content content = out -> out.write(destination.marker());
        return destination.marked() ? AtomicFile.replace(marker, content) : AtomicFile.stream(marker, false, content);
    }

    /**
     * Writes one tensor file and its digest, streaming; the artefact will list it under this name.
     *
     * @param name such as {@code activation_covariance}; the file is {@code <name>.safetensors}, or a fresh name beside
     *     the file that it will replace
     */
    public void addFile(String name, Map<String, ? extends TensorSource> entries) {
        String fileName = destination.fileName(name, OutputDirectory.SUFFIX);
        add(
                name,
                fileName,
                out -> SafetensorsWriter.write(out, directory.child(fileName).toString(), entries));
    }

    /**
     * Writes a file that holds no tensors, and its digest.
     *
     * @param suffix of the file's name, such as {@code .jsonl}
     */
    public void addBytes(String name, String suffix, byte[] bytes) {
        add(name, destination.fileName(name, suffix), out -> out.write(bytes));
    }

    private void add(String name, String fileName, AtomicFile.Content content) {
        checkWriting();
        if (!NAME.matcher(name).matches() || files.containsKey(name)) {
            throw new IllegalArgumentException("file name '" + name + "' is malformed or taken");
        }
        Location file = directory.child(fileName);
        FileDigest digest = StorageErrors.guard(
                file.toString(), "cannot be written", () -> AtomicFile.stream(file, false, content));
        files.put(name, ArtefactFile.of(fileName, digest));
    }

    /**
     * Makes the artefact visible, then removes what it replaces.
     *
     * @param fields the manifest's keys besides {@code format}, {@code version} and {@code files}, in order
     * @throws org.sparkkfac.NumericalException if a number in the fields is not finite
     * @throws StorageException if the file system fails; its message says so if the artefact is complete all the same
     */
    public void commit(ObjectNode fields) {
        checkWriting();
        byte[] manifest = Json.prettyBytes(Manifest.of(format, fields, files).json());
        publish(directory.child(Manifest.FILE), manifest);
        state = State.ENDED;
        StorageErrors.guardAction(
                directory.toString(), "is complete, but what it replaced cannot be removed", this::removeReplaced);
    }

    /** Removes all that was written, unless it was committed. */
    @Override
    public void close() {
        if (state == State.WRITING) {
            state = State.ENDED;
            StorageErrors.guardAction(
                    directory.toString(), "what was written of it cannot be removed", this::removeWritten);
        }
    }

    private void checkWriting() {
        if (state != State.WRITING) {
            throw new IllegalStateException(directory + ": this writer has ended");
        }
    }

    /** A rename or PUT may fail for the client and have happened on the server, so a failure is looked into. */
    private void publish(Location file, byte[] manifest) {
        state = State.UNKNOWN;
        try {
            StorageErrors.guard(
                    file.toString(), "cannot be written", () -> AtomicFile.replace(file, out -> out.write(manifest)));
        } catch (RuntimeException failure) {
            if (!isThere(file, manifest, failure)) {
                state = State.WRITING;
                throw failure;
            }
        }
    }

    private static boolean isThere(Location file, byte[] manifest, RuntimeException failure) {
        try {
            return file.exists() && Arrays.equals(file.bytes(), manifest);
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
            throw failure;
        }
    }

    /** The marker goes last and only if all else is gone, since it lists what is still to be removed. */
    private void removeReplaced() throws IOException {
        List<String> names = new ArrayList<>(destination.obsolete());
        files.values().forEach(file -> names.remove(file.path()));
        names.addAll(OutputDirectory.TEMPORARIES);
        removeAll(names);
        remove(OutputDirectory.MARKER);
    }

    private void removeWritten() throws IOException {
        List<String> names = new ArrayList<>();
        files.values().forEach(file -> names.add(file.path()));
        names.addAll(OutputDirectory.TEMPORARIES);
        if (!destination.marked()) {
            names.add(OutputDirectory.MARKER);
        }
        removeAll(names);
        made.undo();
    }

    /** Tries every one before it reports the first failure, so that as little as possible stays. */
    private void removeAll(List<String> names) throws IOException {
        @Nullable IOException first = null;
        for (String name : names) {
            try {
                remove(name);
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void remove(String name) throws IOException {
        Location file = directory.child(name);
        if (!file.fileSystem().delete(file.path(), false) && file.exists()) {
            throw new IOException(file + " cannot be removed");
        }
    }
}
