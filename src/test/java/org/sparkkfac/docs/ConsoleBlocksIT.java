package org.sparkkfac.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each output that the README and the site show is what the command prints, run by a process in a directory of its own. */
class ConsoleBlocksIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void everyCommandPrintsWhatThePageShows() throws Exception {
        List<List<ConsoleBlock>> pages = Page.all().stream()
                .map(ConsoleBlocksIT::blocksThatRun)
                .filter(blocks -> !blocks.isEmpty())
                .toList();
        JsonNode printed = run(pages);

        List<String> differences = new ArrayList<>();
        for (int p = 0; p < pages.size(); p++) {
            int next = 0;
            for (ConsoleBlock block : pages.get(p)) {
                for (ConsoleBlock.Command command : block.commands()) {
                    List<String> lines = strings(printed.get(p).get(next++));
                    difference(block, command, lines).ifPresent(differences::add);
                }
            }
        }
        assertThat(pages).hasSizeGreaterThan(3);
        if (!differences.isEmpty()) {
            fail(String.join("\n\n", differences));
        }
    }

    private static List<ConsoleBlock> blocksThatRun(Page page) {
        return page.fences("console").stream()
                .map(ConsoleBlock::of)
                .filter(block -> block.notRun().isEmpty())
                .toList();
    }

    private static Optional<String> difference(ConsoleBlock block, ConsoleBlock.Command command, List<String> printed) {
        return new ExpectedOutput(command.output(), block.varies(), block.within())
                .difference(printed)
                .map(difference -> block.page() + ":" + command.line() + ": $ " + command.text() + "\n" + difference
                        + "\nall of it:\n" + String.join("\n", printed));
    }

    private JsonNode run(List<List<ConsoleBlock>> pages) throws IOException, InterruptedException {
        for (String folder : List.of("conf", "sample-data")) {
            copy(Page.PROJECT.resolve(folder), directory.resolve(folder));
        }
        Path commands = directory.resolve("commands.json");
        Path printed = directory.resolve("printed.json");
        Path log = directory.resolve("log");
        JSON.writeValue(
                commands.toFile(),
                pages.stream()
                        .map(blocks -> blocks.stream()
                                .flatMap(block -> block.commands().stream())
                                .map(ConsoleBlock.Command::text)
                                .toList())
                        .toList());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@" + Page.PROJECT.resolve("jobs/java.options"),
                        "-Xmx2g",
                        "-Dkfac.basedir=" + directory,
                        "-cp",
                        System.getenv("SPARK_DIST_CLASSPATH"),
                        ConsoleScript.class.getName(),
                        commands.toString(),
                        printed.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertThat(printed)
                .as(() -> "the commands came to an end: " + read(log))
                .exists();
        return JSON.readTree(printed.toFile());
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String read(Path file) {
        return String.join("\n", Page.read(file).lines());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
