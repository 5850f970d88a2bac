package org.sparkkfac.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Another process, which says by a line that it is ready and then answers each line that it is sent by a line. */
final class Worker implements AutoCloseable {
    /** The exit code of a program that lacks what it needs, and has said so. */
    static final int MISSING_PACKAGE = 77;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream requests;

    /** Starts it; its stderr is that of this process. */
    Worker(String name, ProcessBuilder command) throws IOException {
        this.name = name;
        process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Waits for its first line; false if it ended with {@link #MISSING_PACKAGE} instead. */
    boolean isReady() {
        if (line() != null) {
            return true;
        }
        try {
            if (process.waitFor() == MISSING_PACKAGE) {
                return false;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw ended();
    }

    /** Sends a line and returns the answer. */
    String ask(String request) {
        requests.println(request);
        String answer = line();
        if (answer == null) {
            throw ended();
        }
        return answer;
    }

    private @Nullable String line() {
        try {
            return answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IllegalStateException ended() {
        return new IllegalStateException(name + ": its process ended; see its messages above");
    }

    @Override
    public void close() {
        requests.close();
        process.destroy();
    }
}
