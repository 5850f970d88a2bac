package org.sparkkfac.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparkkfac.linalg.Precision;

/** A program of {@code src/jmh/python} in a process of its own, in one precision. */
final class Peer implements AutoCloseable {
    private static final Path PROGRAMS = Path.of("src/jmh/python");
    private static final Path ARTEFACTS = Path.of("src/test/python");
    private static final List<Integer> BATCHES = List.of(1000, 2000, 4000);

    private final String name;
    private final Precision precision;
    private final Worker worker;

    private Peer(String name, Precision precision, Worker worker) {
        this.name = name;
        this.precision = precision;
        this.worker = worker;
    }

    /**
     * Starts one and waits until it has its rows and has chosen the size of its batches; none, and a line on stderr, if
     * there is no such interpreter or if it lacks a package.
     *
     * @param variables environment variables that may name the Python interpreter; the first that is set counts
     * @param folder the model and the rows
     */
    static Optional<Peer> start(
            String name, String program, List<String> variables, Precision precision, Path folder, Setting setting) {
        String python = variables.stream()
                .map(System::getenv)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("python3");
        ProcessBuilder command = new ProcessBuilder(
                python,
                PROGRAMS.resolve(program).toString(),
                "--model",
                folder.resolve("model").toString(),
                "--rows",
                folder.resolve("rows").toString(),
                "--threads",
                Integer.toString(setting.threads()),
                "--precision",
                precision.toString(),
                "--batches",
                Stream.of(setting.sizesOr(BATCHES.toArray(Integer[]::new)))
                        .flatMap(List::stream)
                        .map(Object::toString)
                        .collect(Collectors.joining(",")));
        command.environment().put("PYTHONPATH", ARTEFACTS.toString());
        command.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        command.environment().put("PYTHONWARNINGS", "ignore");
        try {
            Worker worker = new Worker(name, command);
            if (worker.isReady()) {
                return Optional.of(new Peer(name, precision, worker));
            }
        } catch (IOException e) {
            System.err.println(name + ": there is no " + python);
        }
        System.err.println(name + ": left out; " + variables.get(0) + " names a Python that has it");
        return Optional.empty();
    }

    String name() {
        return name;
    }

    /** Runs once and returns the seconds; {@code figures} of the last run then tell what it found. */
    double run(String work) {
        return Double.parseDouble(worker.ask(work));
    }

    /**
     * Holds what the last run found against ours.
     *
     * @throws IllegalStateException if it is not the same
     */
    void check(Figures ours) {
        double difference = ours.difference(Figures.ofJson(worker.ask("figures")), name, precision);
        System.err.printf("%s %s: as spark-kfac but for %.1e%n", name, precision, difference);
    }

    @Override
    public void close() {
        worker.close();
    }
}
