package org.sparkkfac.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a browser, as it is after its script has run; skipped where there is no Chromium. */
final class ReportBrowserIT {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final int CHARTS = 7;

    @TempDir
    private Path directory;

    private String browser = "";

    @BeforeEach
    void findBrowser() {
        Optional<File> found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(place -> NAMES.stream().map(name -> new File(place, name)))
                .filter(File::canExecute)
                .findFirst();
        assumeTrue(found.isPresent(), "no Chromium on the PATH: the page is not opened");
        browser = found.orElseThrow().toString();
    }

    @Test
    void theScriptDrawsEveryChartAndNothingFails() throws Exception {
        Path page = write(Trainings.adaptive(120));
        String dom = dump(page);
        assertThat(count(dom, "<svg ")).isEqualTo(CHARTS);
        assertThat(count(dom, "<figure>")).isEqualTo(CHARTS); // no longer hidden
        assertThat(count(dom, "<fieldset>")).isEqualTo(1);
        assertThat(svgTexts(dom)).contains("training", "validation", "λ", "γ", "ρ", "steps", "inversion", "120");
        assertThat(svgTexts(dom)).doesNotContain("400"); // as far as the axis would go if areas were stacked along it
        assertThat(log()).doesNotContainIgnoringCase("uncaught", "refused to", "violates");
    }

    @Test
    void aPageOfOneStepIsDrawnToo() throws Exception {
        String dom = dump(write(Trainings.bare()));
        assertThat(count(dom, "<svg ")).isEqualTo(3);
        assertThat(log()).doesNotContainIgnoringCase("uncaught");
    }

    private Path write(List<org.sparkkfac.train.StepRecord> steps) throws Exception {
        Path page = directory.resolve("page.html");
        String html = new HtmlPage(new TrainingReport("a training", steps, List.of()).report()).html();
        return Files.writeString(page, html, StandardCharsets.UTF_8);
    }

    private String dump(Path page) throws Exception {
        List<String> command = List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + directory.resolve("profile"),
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.toUri().toString());
        Path dom = directory.resolve("dom.html");
        Process process = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(directory.resolve("log").toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(dom, StandardCharsets.UTF_8);
    }

    private String log() throws Exception {
        return Files.readString(directory.resolve("log"), StandardCharsets.ISO_8859_1);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static List<String> svgTexts(String dom) {
        return Pattern.compile("<text[^>]*>([^<]*)</text>")
                .matcher(dom)
                .results()
                .map(text -> text.group(1))
                .toList();
    }
}
