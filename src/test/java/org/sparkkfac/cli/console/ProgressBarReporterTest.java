package org.sparkkfac.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sparkkfac.spark.Progress;

class ProgressBarReporterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Progress progress =
            new ProgressBarReporter(new PrintStream(bytes, true, StandardCharsets.UTF_8), 100);

    @Test
    void drawsPercentAndPartsOverItselfAndEndsTheLine() {
        progress.start("collect", 8);
        progress.update(8, 1000);
        progress.done();

        String last = lastDrawn();
        assertThat(last).startsWith("collect").contains("100%", "8/8").hasSizeLessThanOrEqualTo(101);
        assertThat(last).endsWith(System.lineSeparator());
    }

    @Test
    void callsWithoutAStartAreIgnored() {
        progress.update(1, 1);
        progress.done();

        assertThat(bytes.size()).isZero();
    }

    private String lastDrawn() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        return text.substring(text.lastIndexOf('\r') + 1);
    }
}
