package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Looks at a process of its own each time, since the tests' process has a log4j configuration already. */
class LoggingTest {
    @TempDir
    private Path directory;

    /** Logs as we do and as Spark does, whose first line may bring its own configuration. */
    static final class Probe {
        public static void main(String[] args) throws Exception {
            boolean submitted = Boolean.getBoolean("probe.submit");
            if (submitted) {
                putSparksDefaultsInPlace();
            }
            Logging.configure(args.length > 0);
            if (submitted) {
                putSparksDefaultsInPlace();
            }
            new SparkConf(false).set("spark.cache.class", "deprecated, so Spark warns");
            LoggerFactory.getLogger("org.apache.spark.Noise")
                    .error("noise", new IllegalStateException("noisy stack trace"));
            LoggerFactory.getLogger("org.sparkkfac.cli.Probe").info("ours");
            LoggerFactory.getLogger("org.sparkkfac.cli.Probe").warn("our warning", new IllegalStateException("why"));
            java.util.logging.Logger.getLogger("dev.ludovic.netlib").warning("jul noise");
        }

        /** As Spark's own Logging does. */
        private static void putSparksDefaultsInPlace() throws Exception {
            ((LoggerContext) LogManager.getContext(false))
                    .setConfigLocation(Objects.requireNonNull(
                                    SparkConf.class.getResource("/org/apache/spark/log4j2-defaults.properties"))
                            .toURI());
        }
    }

    @Test
    void byDefaultOnlyOurLinesAreShown() throws Exception {
        List<String> lines = stderrOf(List.of());

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("\\d\\d:\\d\\d:\\d\\d INFO {2}ours");
        assertThat(lines.get(1)).matches("\\d\\d:\\d\\d:\\d\\d WARN {2}our warning");
    }

    @Test
    void verboseShowsSparksWarningsAndErrorsToo() throws Exception {
        String text = String.join("\n", stderrOf(List.of(), "--verbose"));

        assertThat(text)
                .contains("WARN  SparkConf: ", "ERROR Noise: noise", "noisy stack trace", "INFO  ours", "jul noise");
        assertThat(text).doesNotContain("default log4j profile");
    }

    @Test
    void aLog4jConfigurationOfTheUserIsLeftAlone() throws Exception {
        Path properties = Files.writeString(directory.resolve("user.properties"), """
                rootLogger.level = info
                rootLogger.appenderRef.x.ref = x
                appender.x.type = Console
                appender.x.name = x
                appender.x.target = SYSTEM_ERR
                appender.x.layout.type = PatternLayout
                appender.x.layout.pattern = user's: %m%n
                """);

        assertThat(stderrOf(List.of("-Dlog4j2.configurationFile=" + properties)))
                .contains("user's: ours", "user's: noise");
    }

    @Test
    void theDefaultsThatSparkPutsInPlaceTwiceUnderSparkSubmitGiveWayToOurs() throws Exception {
        assertThat(stderrOf(List.of("-Dprobe.submit=true"))).hasSize(2);
    }

    private List<String> stderrOf(List<String> jvmOptions, String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), Probe.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).start();
        assertThat(process.getInputStream().readAllBytes()).as("stdout").isEmpty();
        String text = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.lines().toList();
    }

    /** The class path of this test, without the test's log4j2.properties. */
    private String classPath() throws IOException {
        String name = Probe.class.getName().replace('.', '/') + ".class";
        Path copy = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        try (InputStream probe =
                Objects.requireNonNull(Probe.class.getClassLoader().getResourceAsStream(name))) {
            Files.write(copy, probe.readAllBytes());
        }
        String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return directory + File.pathSeparator + others;
    }
}
