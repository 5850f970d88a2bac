package org.sparkkfac.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.sparkkfac.linalg.Precision;

/**
 * A case in a JVM of its own: one that needs another BLAS, or another heap. The other process runs {@link #serve}, runs
 * the work once for each line that it is sent, and answers with the seconds.
 */
final class Forked implements Case {
    /** Netlib then finds no native library: MLlib as it comes. */
    static final List<String> NO_NATIVE = List.of(
            "-Ddev.ludovic.netlib.blas.nativeLib=no-such-library.so",
            "-Ddev.ludovic.netlib.lapack.nativeLib=no-such-library.so");

    private final String name;
    private final Precision precision;
    private final double flop;
    private final Worker worker;

    /**
     * Starts the process.
     *
     * @param options more JVM options, which win over those of this process
     * @param main a class whose main calls {@link #serve}
     */
    Forked(String name, Precision precision, double flop, List<String> options, Class<?> main, String... arguments) {
        this.name = name;
        this.precision = precision;
        this.flop = flop;
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            worker = new Worker(name, new ProcessBuilder(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!worker.isReady()) {
            throw new IllegalStateException(name + ": its process ended; see its messages above");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public double flop() {
        return flop;
    }

    @Override
    public double run() {
        return Double.parseDouble(worker.ask("run"));
    }

    /** Sends a line to a process that runs {@link #answer}, and returns its answer. */
    String ask(String line) {
        return worker.ask(line);
    }

    @Override
    public void close() {
        worker.close();
    }

    /** The other side: runs the work for each request until there are no more. */
    static void serve(PrintStream out, DoubleSupplier work) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println(0.0);
        while (in.readLine() != null) {
            out.println(work.getAsDouble());
        }
    }

    /** The other side of {@link #ask}: answers each line until there are no more. */
    static void answer(PrintStream out, UnaryOperator<String> work) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println(0.0);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(work.apply(line));
        }
    }
}
