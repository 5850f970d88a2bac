package org.sparkkfac.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of CONTRIBUTING.md are those of the house. */
class ContributingTest {
    private static final Path SOURCES = Page.PROJECT.resolve("src/main/java/org/sparkkfac");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Page PAGE = Page.read(Page.PROJECT.resolve("CONTRIBUTING.md"));

    @Test
    void theTableOfRoomsNamesEachPackageOnce() throws IOException {
        List<String> rooms = rows("## The rooms").stream()
                .flatMap(row -> codes(cells(row).get(0)).stream())
                .toList();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> packages = files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
                    .filter(name -> !name.isEmpty())
                    .toList();
            assertThat(rooms).containsExactlyInAnyOrderElementsOf(packages);
        }
    }

    /** A row names a file that is not there yet, what it implements, and the file that gets a line; these two are there. */
    @Test
    void newThingsGoWhereTheTableSays() {
        List<String> rows = rows("## Where new things go");
        assertThat(rows).hasSizeGreaterThan(5);
        for (String row : rows) {
            List<String> file = codes(cells(row).get(1));
            Path room = SOURCES.resolve(file.get(0)).getParent();
            assertThat(room).as(row).isDirectory();
            assertThat(SOURCES.resolve(file.get(0))).as(row).doesNotExist();
            for (String type : file.subList(1, file.size())) {
                assertThat(room.resolve(type + ".java")).as(row).exists();
            }
            codes(cells(row).get(2))
                    .forEach(type ->
                            assertThat(SOURCES.resolve(type + ".java")).as(row).exists());
        }
    }

    /** The rows of the table under a heading, without its own heading. */
    private static List<String> rows(String heading) {
        List<String> lines = PAGE.lines();
        return lines.subList(lines.indexOf(heading) + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| "))
                .skip(2)
                .toList();
    }

    private static List<String> cells(String row) {
        return List.of(row.substring(2).split(" \\| "));
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
