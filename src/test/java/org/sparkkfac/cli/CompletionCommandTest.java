package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompletionCommandTest {
    @Test
    void printsAScriptThatBashAccepts(@TempDir Path directory) throws Exception {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));

        assertThat(line.execute("completion")).isZero();

        assertThat(out.toString()).contains("complete -F", "kfac", "completion");
        Path script = Files.writeString(directory.resolve("kfac"), out.toString());
        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertThat(bash.waitFor()).isZero();
    }
}
