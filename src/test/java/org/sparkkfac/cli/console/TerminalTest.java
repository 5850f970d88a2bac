package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {
    @Test
    void aFileAndAPipeAreNotTerminals(@TempDir Path directory) {
        assertThat(Terminal.isTerminal(Redirect.to(directory.resolve("log").toFile())))
                .isFalse();
        assertThat(Terminal.isTerminal(Redirect.to(new File("/dev/null")))).isFalse();
        assertThat(Terminal.isTerminal(Redirect.PIPE)).isFalse();
    }

    @Test
    void theWidthIsWhatTheShellExportsWithinReason() {
        assertThat(Terminal.columns(Map.of("COLUMNS", "132"))).isEqualTo(132);
        assertThat(Terminal.columns(Map.of("COLUMNS", "3"))).isEqualTo(40);
        assertThat(Terminal.columns(Map.of("COLUMNS", "wide"))).isEqualTo(80);
        assertThat(Terminal.columns(Map.of())).isEqualTo(80);
    }
}
