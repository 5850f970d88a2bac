package org.sparkkfac.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories as values: what is in them, and copies. */
public final class Trees {
    private Trees() {}

    /** Every file below a directory with a digest of its bytes, and every directory with none. */
    public static SortedMap<String, String> of(Path root) {
        SortedMap<String, String> tree = new TreeMap<>();
        for (Path path : walk(root)) {
            tree.put(root.relativize(path).toString(), Files.isDirectory(path) ? "" : digest(path));
        }
        return tree;
    }

    public static Path copy(Path from, Path to) {
        try {
            for (Path path : walk(from)) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Iterable<Path> walk(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
