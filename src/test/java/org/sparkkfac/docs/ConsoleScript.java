package org.sparkkfac.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.sparkkfac.cli.Kfac;

/**
 * Runs the commands of the documentation in its own working directory, all in this process: the pages that the first file
 * names, each a list of commands, in a directory without an earlier page's {@code out}. Of {@code jobs/kfac} the command line
 * is called, anything else is left to bash. Writes to the second file what each printed, stdout and then errors.
 */
final class ConsoleScript {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path OUT = Path.of("out");

    private ConsoleScript() {}

    public static void main(String[] args) throws IOException {
        List<List<List<String>>> printed = new ArrayList<>();
        for (JsonNode page : JSON.readTree(Path.of(args[0]).toFile())) {
            clean();
            List<List<String>> outputs = new ArrayList<>();
            for (JsonNode command : page) {
                System.err.println("$ " + command.asText());
                outputs.add(run(command.asText().replaceFirst("^jobs/quickstart", "jobs/kfac quickstart")));
            }
            printed.add(outputs);
        }
        JSON.writeValue(Path.of(args[1]).toFile(), printed);
        System.exit(0); // whatever threads a command has left
    }

    private static List<String> run(String command) throws IOException {
        if (!command.startsWith("jobs/kfac ")) {
            return bash(command, "").lines().toList();
        }
        int pipe = command.indexOf(" | ");
        String call = pipe < 0 ? command : command.substring(0, pipe);
        List<String> words = bash("printf '%s\\n' " + call.substring("jobs/kfac ".length()), "")
                .lines()
                .toList();
        Kfac.Result result = Kfac.run(words.toArray());
        String out = pipe < 0 ? result.out() : bash(command.substring(pipe + 3), result.out());
        return Stream.concat(out.lines(), result.errors().stream()).toList();
    }

    private static String bash(String command, String input) throws IOException {
        Path in = Files.createTempFile("console", ".in");
        Files.writeString(in, input);
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void clean() throws IOException {
        if (Files.exists(OUT)) {
            try (Stream<Path> files = Files.walk(OUT)) {
                files.sorted(Comparator.reverseOrder()).forEach(ConsoleScript::delete);
            }
        }
        Files.createDirectory(OUT);
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
