package org.sparkkfac.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/** Runs commands for the integration tests: in this process, which is quick, or as {@code jobs/kfac}, as people do. */
public final class Kfac {
    /** The root of the project. */
    public static final Path PROJECT =
            Path.of(System.getProperty("kfac.basedir", "")).toAbsolutePath();

    private static final long PATIENCE_SECONDS = 180;

    private Kfac() {}

    /** What a command came to. In one process, {@code err} lacks what is logged. */
    public record Result(int code, String out, String err) {
        /** The lines on stderr but for those of the log. */
        public List<String> errors() {
            return err.lines()
                    .filter(line -> !line.matches("\\d\\d:\\d\\d:\\d\\d (INFO|WARN) .*"))
                    .toList();
        }

        /** Refuses a failure and shows it. */
        public Result succeeded() {
            if (code != 0) {
                throw new AssertionError("exit code " + code + ": " + err);
            }
            return this;
        }
    }

    /** Runs a command here as a process of its own would: without the Spark session of a test before. */
    public static Result run(Object... arguments) {
        if (SparkSession.getDefaultSession().isDefined()) {
            SparkSession.getDefaultSession().get().stop();
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = Main.run(line, words(arguments).toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    /** Runs {@code jobs/kfac} in a directory. */
    public static Result process(Path directory, Object... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve("jobs/kfac").toString()));
        command.addAll(words(arguments));
        return execute(directory, command, Map.of());
    }

    /** Starts {@code jobs/kfac} and leaves it running; what it prints goes to a file. */
    public static Process start(Path directory, Path log, Object... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve("jobs/kfac").toString()));
        command.addAll(words(arguments));
        return builder(directory, command, Map.of())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Runs any program to its end. */
    public static Result execute(Path directory, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("kfac", ".out");
        Path err = Files.createTempFile("kfac", ".err");
        try {
            Process process = builder(directory, command, environment)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " still runs after " + PATIENCE_SECONDS + " s");
            }
            return new Result(process.exitValue(), read(out), read(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static ProcessBuilder builder(Path directory, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        // Of the tests' own environment: their class path, which is for executors in processes of their own.
        builder.environment().keySet().removeAll(List.of("SPARK_HOME", "SPARK_DIST_CLASSPATH"));
        builder.environment().put("KFAC_TARGET", System.getProperty("kfac.target", "target"));
        builder.environment().put("KFAC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx1g");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static List<String> words(Object... arguments) {
        return List.of(arguments).stream().map(String::valueOf).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
