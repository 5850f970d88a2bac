package org.sparkkfac.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A page for people: the README or one of the site. */
record Page(Path file, List<String> lines) {
    static final Path PROJECT = Path.of(System.getProperty("kfac.basedir")).toAbsolutePath();
    static final Path SITE = PROJECT.resolve("src/site/markdown");

    /** A fenced block with the comments right before it; {@code line} is that of the fence, from 1. */
    record Fence(Page page, int line, String language, List<String> comments, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    static Page read(Path file) {
        try {
            return new Page(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page readme() {
        return read(PROJECT.resolve("README.md"));
    }

    /** The pages of the site, by name. */
    static List<Page> site() {
        try (Stream<Path> files = Files.list(SITE)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Page> all() {
        return Stream.concat(Stream.of(readme()), site().stream()).toList();
    }

    List<Fence> fences() {
        List<Fence> fences = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                int end = i + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                List<String> inside = List.copyOf(lines.subList(i + 1, end));
                fences.add(new Fence(this, i + 1, line.substring(3), List.copyOf(comments), inside));
                i = end;
                comments.clear();
            } else if (line.startsWith("<!-- ")) {
                comments.add(line);
            } else if (!line.isBlank()) {
                comments.clear();
            }
        }
        return fences;
    }

    List<Fence> fences(String language) {
        return fences().stream()
                .filter(fence -> fence.language().equals(language))
                .toList();
    }

    @Override
    public String toString() {
        return PROJECT.relativize(file).toString();
    }
}
