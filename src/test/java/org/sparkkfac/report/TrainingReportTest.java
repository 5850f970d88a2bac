package org.sparkkfac.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;

/** The page as text; {@code ReportBrowserIT} opens it. */
final class TrainingReportTest {
    private static final String EVIL = "</script><script>alert(1)</script> & \"x\" <b>";

    @Test
    void thePageHoldsAllFiguresAndFetchesNothing() throws Exception {
        String html = page("digits", Trainings.adaptive(40), List.of(List.of("optimiser", "kfac")));
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("<title>digits</title>", "40 steps, 20 epochs, 30 passes over the rows")
                .contains("<th scope=\"row\">optimiser</th><td>kfac</td>")
                .contains("Licensed to the Apache Software Foundation"); // ECharts is inside
        assertThat(html.replaceAll("(?s)<script>.*?</script>", ""))
                .contains("Content-Security-Policy\" content=\"default-src 'none'; ")
                .doesNotContainPattern("(src|href)\\s*=\\s*[\"']")
                .doesNotContainPattern("@import|url\\(https?:");
        JsonNode group = figures(html).get(0);
        assertThat(group.path("axes").findValuesAsText("name"))
                .containsExactly("steps", "passes over the rows", "seconds");
        assertThat(group.path("axes").get(1).path("values").get(39).doubleValue())
                .isEqualTo(30);
        assertThat(group.path("axes").get(2).path("values").get(39).doubleValue())
                .isEqualTo(6.6);
        assertThat(group.path("charts").findValuesAsText("title"))
                .containsExactly("Loss", "Accuracy", "Step", "Damping", "Ratio ρ", "Distance ‖Δ‖", "Seconds a step");
        JsonNode loss = group.path("charts").get(0);
        assertThat(loss.path("form").asText()).isEqualTo("linear");
        assertThat(loss.path("series").findValuesAsText("name")).containsExactly("training", "validation");
        JsonNode validation = loss.path("series").get(1).path("values");
        assertThat(validation.get(3).isNull()).isTrue();
        assertThat(validation.get(4).doubleValue()).isEqualTo(1.97037);
    }

    @Test
    void aLossThatFallsFarHasALogarithmicAxis() throws Exception {
        JsonNode charts =
                figures(page("x", Trainings.adaptive(100), List.of())).get(0).path("charts");
        assertThat(charts.findValuesAsText("form"))
                .containsExactly("logarithmic", "linear", "linear", "logarithmic", "linear", "logarithmic", "stacked");
    }

    @Test
    void aFewValuesFarAwayDoNotSqueezeTheOthers() throws Exception {
        List<Double> values = new ArrayList<>(List.of(-57.0, -9.0));
        for (int i = 0; i < 50; i++) {
            values.add(0.5 + 0.005 * i);
        }
        Chart chart = Chart.lines("R²", "of the rows", List.of(new Series("training", values)));
        Chart.Window window = chart.window().orElseThrow();
        assertThat(window.from()).isBetween(-1.0, 0.3);
        assertThat(window.to()).isEqualTo(0.745);
        assertThat(chart.note()).isEqualTo("of the rows; a few values are beyond the axis");
        JsonNode json = new JsonMapper()
                .readTree(ChartJson.of(
                        List.of(new ChartGroup("x", List.of(new Series("steps", values)), List.of(chart)))))
                .get(0)
                .path("charts")
                .get(0);
        assertThat(json.path("from").doubleValue()).isEqualTo(window.from());
        assertThat(json.path("to").doubleValue()).isEqualTo(0.745);
        Chart even = Chart.lines("R²", "of the rows", List.of(new Series("x", values.subList(2, 52))));
        assertThat(even.window()).isEmpty();
        assertThat(even.note()).isEqualTo("of the rows");
        Chart flat = Chart.lines("R²", "x", List.of(new Series("x", new ArrayList<>(Collections.nCopies(30, 1.0)))));
        assertThat(flat.window()).isEmpty();
    }

    @Test
    void theTablesShowWithoutAScript() {
        String html = page("x", Trainings.adaptive(40), List.of());
        assertThat(html.split("<figure hidden>", -1)).hasSize(8);
        assertThat(html).contains("<noscript><p>The charts need JavaScript; the tables show the same figures.");
        assertThat(cells(html, "figures"))
                .hasSize(41)
                .first()
                .asString()
                .contains("step epoch rows loss accuracy validation_loss validation_accuracy rate momentum damping")
                .doesNotContain("clip");
        assertThat(cells(html, "figures").get(7))
                .startsWith("7 3.500 1,000 1.621 0.3517")
                .endsWith("shortened");
        assertThat(cells(html, "pairs"))
                .contains(
                        "Steps shortened, refused 1, 0",
                        "The model, with the lowest validation loss step 40: 0.3424, accuracy 86.93 %",
                        "Jobs 80");
    }

    @Test
    void whatHasNoFiguresHasNoChart() throws Exception {
        String html = page("x", Trainings.bare(), List.of());
        assertThat(figures(html).get(0).path("charts").findValuesAsText("title"))
                .containsExactly("Loss", "Distance ‖Δ‖", "Seconds a step");
        assertThat(html).doesNotContain("<h2>Settings</h2>").contains("R² of these rows");
    }

    @Test
    void textIsEscapedWhereverItStands() throws Exception {
        String html = page(EVIL, Trainings.adaptive(3), List.of(List.of(EVIL, EVIL)));
        assertThat(html).doesNotContain("alert(1)</script>").contains("&lt;script&gt;alert(1)");
        ChartGroup group = new ChartGroup(
                EVIL,
                List.of(new Series(EVIL, List.of(1.0))),
                List.of(Chart.lines(EVIL, EVIL, List.of(new Series(EVIL, List.of(2.0))))));
        String page = new HtmlPage(new Report("x", "y", List.of(group))).html();
        assertThat(page).doesNotContain("alert(1)</script>");
        assertThat(json(page)).doesNotContain("<", ">", "&");
        assertThat(figures(page).get(0).path("axes").get(0).path("name").asText())
                .isEqualTo(EVIL);
    }

    @Test
    void aLongTrainingIsThinnedAndThePageSaysSo() throws Exception {
        String html = page("x", Trainings.adaptive(9_001), List.of());
        assertThat(html).contains("Learning curves, every 3th step", "Every 23th step");
        JsonNode steps = figures(html).get(0).path("axes").get(0).path("values");
        assertThat(steps).hasSize(3_001);
        assertThat(steps.get(1).intValue()).isEqualTo(4);
        assertThat(steps.get(3_000).intValue()).isEqualTo(9_001);
        JsonNode seconds = figures(html).get(0).path("axes").get(2).path("values");
        assertThat(seconds.get(3_000).doubleValue()).isEqualTo(1485.15);
    }

    @Test
    void csvHasAllStepsWithAllDigits() {
        List<String> lines = new TrainingReport("x", Trainings.adaptive(500), List.of())
                .csv()
                .lines()
                .toList();
        assertThat(lines).hasSize(501);
        assertThat(lines.get(0)).startsWith("step,epoch,rows,loss,accuracy,").endsWith(",seconds,outcome");
        assertThat(lines.get(1))
                .startsWith("1,0.5,1000," + 2.3 * Math.exp(-0.05) + ",")
                .endsWith(",0.15,taken");
    }

    @Test
    void aTrainingWithoutStepsIsRefused() {
        assertThatThrownBy(() -> new TrainingReport("out/x", List.of(), List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage("out/x: holds no step yet; wait for the first, or check the path");
    }

    private static String page(String title, List<org.sparkkfac.train.StepRecord> steps, List<List<String>> settings) {
        return new HtmlPage(new TrainingReport(title, steps, settings).report()).html();
    }

    private static JsonNode figures(String html) throws Exception {
        return new JsonMapper().readTree(json(html));
    }

    private static String json(String html) {
        Matcher json =
                Pattern.compile("id=\"figures\">(.*?)</script>", Pattern.DOTALL).matcher(html);
        assertThat(json.find()).isTrue();
        return json.group(1);
    }

    /** The text of each row of the first table of a class. */
    private static List<String> cells(String html, String table) {
        Matcher found = Pattern.compile("<table class=\"" + table + "\">(.*?)</table>", Pattern.DOTALL)
                .matcher(html);
        assertThat(found.find()).isTrue();
        return Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL)
                .matcher(found.group(1))
                .results()
                .map(row -> row.group(1)
                        .replaceAll("<[^>]*>", " ")
                        .replaceAll("\\s+", " ")
                        .strip())
                .toList();
    }
}
