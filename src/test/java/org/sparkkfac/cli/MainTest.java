package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.cli.options.ConfigOptions;
import org.sparkkfac.cli.options.JsonOption;
import org.sparkkfac.cli.options.OverwriteOption;
import org.sparkkfac.cli.options.SparkOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Command(name = "probe", mixinStandardHelpOptions = true, description = "Uses every shared option.")
    private static final class Probe implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private final ConfigOptions config = new ConfigOptions();

        @Mixin
        private final SparkOptions spark = new SparkOptions();

        @Mixin
        private final OverwriteOption overwrite = new OverwriteOption();

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            config.loadOrPrint(out).ifPresent(loaded -> {
                String path = loaded.modelPath();
                switch (path) {
                    case "bug" -> throw new IllegalStateException("two\nlines");
                    case "singular" -> throw new NumericalException("layer output: singular");
                    case "memory" -> throw new OutOfMemoryError("Java heap space");
                    default ->
                        out.println(String.join(
                                " ",
                                path,
                                spark.master(loaded.sparkConf()),
                                String.valueOf(overwrite.overwrite()),
                                String.valueOf(json.json())));
                }
            });
        }
    }

    @Test
    void theSharedOptionsReachTheCommand() {
        int code = run("probe", "--set", "model.path=a=b", "--master", "local[3]", "--overwrite", "--json");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("a=b local[3] true true\n");
    }

    @Test
    void printConfigPrintsTheEffectiveConfigurationAndStops() {
        assertThat(run("probe", "--set", "model.path=bug", "--set", "fisher.samples=9", "--print-config"))
                .isZero();
        assertThat(out.toString()).contains("samples=9", "model {", "path=bug");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aMistakeOfTheUserIsOneLineAndExitCode2() {
        assertThat(run("probe")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("kfac: error: model.path is not set")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aNumericalFailureIsExitCode3() {
        assertThat(run("probe", "--set", "model.path=singular")).isEqualTo(3);
        assertThat(err.toString()).isEqualToNormalizingNewlines("kfac: error: layer output: singular\n");
    }

    @Test
    void aBugIsExitCode1WithAStackTrace() {
        assertThat(run("probe", "--set", "model.path=bug")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("kfac: error: this is a bug in spark-kfac, please report it: ")
                .contains("\tat org.sparkkfac.cli.MainTest");
    }

    @Test
    void runningOutOfMemoryIsExitCode4() {
        assertThat(run("probe", "--set", "model.path=memory")).isEqualTo(4);
        assertThat(err.toString()).startsWith("kfac: error: out of memory").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    probe --overwrit   | unknown option: '--overwrit'; did you mean --overwrite?; try kfac probe --help
                    probe surplus      | unmatched argument at index 1: 'surplus'; try kfac probe --help
                    probe --conf       | try kfac probe --help
                    prob               | unknown command 'prob'; did you mean probe or predict?; try kfac --help
                    ''                 | completion, help, probe; try kfac --help
                    """)
    void aWrongCommandLineIsOneLineWithAHintAndExitCode2(String line, String message) {
        int code = run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).startsWith("kfac: error: ").contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theHelpExplainsCommandsExitCodesAndExamples() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "Usage: kfac",
                        "Commands",
                        "completion",
                        "Exit codes:",
                        "the numbers do not allow it",
                        "Examples:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void examplesAreNotWrappedSoThatTheyCanBeCopied() {
        assertThat(Main.commandLine().getSubcommands().values())
                .flatExtracting(command ->
                        List.of(command.getCommandSpec().usageMessage().footer()))
                .isNotEmpty()
                .allMatch(line -> line.length() < 80);
    }

    @Test
    void theVersionNamesJavaAndSpark() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("spark-kfac ").contains("Java 17").containsPattern("Spark \\d");
    }

    @Test
    void verboseMayStandBeforeOrAfterTheCommand() {
        assertThat(run("--verbose", "probe", "--set", "model.path=x")).isZero();
        assertThat(run("probe", "-v", "--set", "model.path=x")).isZero();
    }

    private int run(String... args) {
        CommandLine line = Main.commandLine();
        line.addSubcommand(new Probe());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return Main.run(line, args);
    }
}
