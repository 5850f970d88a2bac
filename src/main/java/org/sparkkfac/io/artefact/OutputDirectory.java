package org.sparkkfac.io.artefact;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Manifest;

/**
 * The directory that an artefact is to be written to, as it was found, and what may be done to it.
 *
 * <p>An artefact may be written to a directory that is absent or empty; over a finished artefact of this library, if
 * asked to; and, if asked to, over an <em>unfinished</em> one, which is what a killed first write leaves: no manifest,
 * the marker {@value #MARKER}, and nothing beside it but safetensors files. Any other directory is refused, since
 * overwriting means deleting.
 *
 * @param obsolete names of the files that a new artefact makes superfluous
 * @param revision 0 for the plain file names, else the number that makes the names fresh
 * @param marked whether the marker is there, from a writer that was killed
 */
public record OutputDirectory(List<String> obsolete, int revision, boolean marked) {
    /** Says that a writer is at work in the directory, or was killed there; lists what the writer will remove. */
    public static final String MARKER = "_spark-kfac-unfinished";

    /** What a kill in the middle of replacing the manifest or the marker may leave. */
    static final List<String> TEMPORARIES =
            List.of(AtomicFile.temporaryName(Manifest.FILE), AtomicFile.temporaryName(MARKER));

    static final String SUFFIX = ".safetensors";
    private static final Pattern REVISED = Pattern.compile(".+-r([0-9]{1,8})\\.safetensors");

    public OutputDirectory {
        obsolete = List.copyOf(obsolete);
    }

    /** Looks at the directory and decides; nothing is changed yet. */
    static OutputDirectory inspect(Location directory, boolean overwrite) {
        Optional<FileStatus> status = directory.status();
        if (status.isEmpty()) {
            return new OutputDirectory(List.of(), 0, false);
        }
        if (!status.get().isDirectory()) {
            throw new UserException(directory + ": is a file but should be a directory; choose another path");
        }
        List<String> names = directory.names();
        if (names.isEmpty()) {
            return new OutputDirectory(List.of(), 0, false);
        }
        return names.contains(Manifest.FILE)
                ? finished(directory, names, overwrite)
                : unfinished(directory, names, overwrite);
    }

    /** The plain name of a file, or the fresh one beside what is there. */
    String fileName(String name, String suffix) {
        return revision == 0 ? name + suffix : name + "-r" + revision + suffix;
    }

    private static OutputDirectory finished(Location directory, List<String> names, boolean overwrite) {
        Manifest manifest = Manifest.read(directory)
                .orElseThrow(() -> new UserException(directory + ": changes while it is looked at; try again"));
        if (!overwrite) {
            throw new UserException(
                    directory + ": holds a " + manifest.format()
                            + " artefact; choose another path or allow overwriting",
                    Component.OVERWRITE);
        }
        Set<String> obsolete = new LinkedHashSet<>();
        manifest.files().values().forEach(file -> obsolete.add(file.path()));
        names.stream().filter(name -> REVISED.matcher(name).matches()).forEach(obsolete::add);
        if (names.contains(MARKER)) {
            leftToRemove(directory).filter(names::contains).forEach(obsolete::add);
        }
        return new OutputDirectory(List.copyOf(obsolete), nextRevision(names), names.contains(MARKER));
    }

    private static OutputDirectory unfinished(Location directory, List<String> names, boolean overwrite) {
        if (!names.contains(MARKER) || !names.stream().allMatch(OutputDirectory::isOurs)) {
            throw new UserException(directory + ": is not empty and holds no spark-kfac artefact, so it is never"
                    + " overwritten; choose another path or empty it");
        }
        if (!overwrite) {
            throw new UserException(
                    directory + ": holds an unfinished artefact, whose writer was stopped or is still at work; choose"
                            + " another path, or allow overwriting if none is at work",
                    Component.OVERWRITE);
        }
        return new OutputDirectory(
                names.stream().filter(name -> name.endsWith(SUFFIX)).toList(), nextRevision(names), true);
    }

    /** What a writer had still to remove when it was killed after its commit. */
    private static Stream<String> leftToRemove(Location directory) {
        String listed = new String(directory.child(MARKER).bytes(), StandardCharsets.UTF_8);
        return listed.lines().filter(name -> name.endsWith(SUFFIX));
    }

    /** The marker's content. */
    byte[] marker() {
        return String.join("\n", obsolete).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isOurs(String name) {
        return name.endsWith(SUFFIX) || name.equals(MARKER) || TEMPORARIES.contains(name);
    }

    private static int nextRevision(List<String> names) {
        int last = 0;
        for (String name : names) {
            Matcher revised = REVISED.matcher(name);
            if (revised.matches()) {
                last = Math.max(last, Integer.parseInt(revised.group(1)));
            }
        }
        return last + 1;
    }
}
