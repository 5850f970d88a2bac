package org.sparkkfac.io.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkkfac.UserException;

/**
 * A path together with its file system, as the user wrote it.
 *
 * <p>With a scheme ({@code hdfs://}, {@code s3a://}, {@code file:///}) it is on that file system, without one on the
 * configuration's default one, which is the local one unless configured; a relative path starts at that file system's
 * working directory. Local files are written without Hadoop's {@code .crc} companions.
 */
public final class Location {
    private final FileSystem fileSystem;
    private final Path path;
    private final String display;
    private final Publishing publishing;

    Location(FileSystem fileSystem, Path path, String display, Publishing publishing) {
        this.fileSystem = fileSystem;
        this.path = path;
        this.display = display;
        this.publishing = publishing;
    }

    /**
     * The location that the user means.
     *
     * @throws UserException if the text is no path, or nothing on the class path serves its scheme
     */
    public static Location of(String path, Configuration configuration) {
        if (path.isBlank()) {
            throw new UserException("a path is empty; give every option its path (is a variable of the shell unset?)");
        }
        try {
            String name = path.replaceFirst("(?<=[^/:])/+$", "");
            Path given = new Path(path);
            FileSystem found = given.getFileSystem(configuration);
            FileSystem plain = found instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : found;
            return new Location(plain, plain.makeQualified(given), name, Publishing.of(plain));
        } catch (IOException | RuntimeException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new UserException(
                    "'" + path + "': cannot be used as a path: " + why
                            + "; check its spelling, its host, and that the connector of its scheme is on the class path",
                    e);
        }
    }

    /** The file system that serves it; shared, never closed by this library. */
    public FileSystem fileSystem() {
        return fileSystem;
    }

    /** The path with scheme, authority and all. */
    public Path path() {
        return path;
    }

    /** The location below this one; the name may hold slashes. */
    public Location child(String name) {
        String separator = display.endsWith("/") ? "" : "/";
        return new Location(fileSystem, new Path(path, name), display + separator + name, publishing);
    }

    /** The directory that holds this one; the root holds itself. */
    public Location parent() {
        Path parent = path.getParent();
        int slash = display.lastIndexOf('/');
        String name = slash < 0 ? "." : slash == 0 ? "/" : display.substring(0, slash);
        return parent == null ? this : new Location(fileSystem, parent, name, publishing);
    }

    /** The location beside this one, in the same directory. */
    public Location sibling(String name) {
        String directory = display.substring(0, display.lastIndexOf('/') + 1);
        return new Location(fileSystem, parent().child(name).path, directory + name, publishing);
    }

    /** Whether this is the other location, or lies below it. */
    public boolean isWithin(Location other) {
        String inner = path.toUri().getPath() + "/";
        String outer = other.path.toUri().getPath() + "/";
        return fileSystem.getUri().equals(other.fileSystem.getUri()) && inner.startsWith(outer);
    }

    /** Whether there is a file or a directory. */
    public boolean exists() {
        return status().isPresent();
    }

    /** Whether there is a directory. */
    public boolean isDirectory() {
        return status().filter(FileStatus::isDirectory).isPresent();
    }

    /** Names of what is in this directory; none where there is no directory. */
    public List<String> names() {
        return StorageErrors.guard(display, "cannot be listed", () -> {
            List<String> names = new ArrayList<>();
            try {
                for (FileStatus status : fileSystem.listStatus(path)) {
                    names.add(status.getPath().getName());
                }
            } catch (FileNotFoundException e) {
                return List.<String>of();
            }
            return names;
        });
    }

    /** The content of a small file. */
    public byte[] bytes() {
        return StorageErrors.guard(display, "cannot be read", () -> {
            try (FSDataInputStream in = fileSystem.open(path)) {
                return in.readAllBytes();
            }
        });
    }

    Publishing publishing() {
        return publishing;
    }

    /** What the file system says of it; empty where there is nothing. */
    public Optional<FileStatus> status() {
        return StorageErrors.guard(display, "cannot be looked up", () -> {
            try {
                return Optional.of(fileSystem.getFileStatus(path));
            } catch (FileNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** The status of a file that has to be there. */
    public FileStatus requireFile() {
        FileStatus status = status().orElseThrow(() -> new UserException(display + ": no such file; check the path"));
        if (status.isDirectory()) {
            throw new UserException(display + ": is a directory; name a file");
        }
        return status;
    }

    /** What the user wrote. */
    @Override
    public String toString() {
        return display;
    }
}
