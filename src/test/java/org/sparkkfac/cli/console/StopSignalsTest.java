package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a process whose work never ends by itself. */
@Timeout(60)
final class StopSignalsTest {
    private Process process;
    private BufferedReader lines;

    /** Sleeps while it listens, and then while it does not. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (StopSignals signals = new StopSignals(() -> say("asked"), () -> say("given up"))) {
                say("listens " + signals.isStopRequested());
                while (!signals.isStopRequested() || arguments.length > 0) {
                    Thread.sleep(10);
                }
                say("code " + signals.exitCode());
            }
            say("closed");
            Thread.sleep(60_000);
        }

        private static void say(String line) {
            System.out.println(line);
        }
    }

    @BeforeEach
    void none() {
        process = null;
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void start(String... arguments) throws IOException {
        start(List.of(), arguments);
    }

    private void start(List<String> launcher, String... arguments) throws IOException {
        String java = System.getProperty("java.home") + "/bin/java";
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(launcher));
        builder.command()
                .addAll(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName()));
        builder.command().addAll(List.of(arguments));
        process = builder.redirectErrorStream(true).start();
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("listens false");
    }

    /** A process that is started in the background without job control ignores it, and so do its children. */
    private static boolean isIgnored(String signal) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "kill -" + signal + " $$").start();
        return shell.waitFor() == 0;
    }

    private void send(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void theFirstOneOnlyAsksAndTheSecondEndsWorkThatDoesNotEnd() throws Exception {
        assumeFalse(isIgnored("INT"), "SIGINT is ignored here");
        start("never ends");
        send("INT");
        assertThat(lines.readLine()).isEqualTo("asked");
        assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        send("TERM");
        assertThat(lines.readLine()).isEqualTo("given up");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void aSignalThatIsIgnoredAtTheStartStaysIgnored() throws Exception {
        start(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"), "never ends");
        send("INT");
        assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        send("TERM");
        assertThat(lines.readLine()).as("the first that is heard").isEqualTo("asked");
        send("INT");
        assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        send("TERM");
        assertThat(lines.readLine()).isEqualTo("given up");
        assertThat(exitCode()).isEqualTo(143);
    }

    @Test
    void afterwardsSignalsDoWhatTheyDidBefore() throws Exception {
        assumeFalse(isIgnored("INT"), "SIGINT is ignored here");
        start();
        send("INT");
        assertThat(List.of(lines.readLine(), lines.readLine())).containsExactlyInAnyOrder("asked", "code 130");
        assertThat(lines.readLine()).isEqualTo("closed");
        send("TERM");
        assertThat(exitCode()).isEqualTo(143);
        assertThat(lines.readLine()).isNull();
    }
}
