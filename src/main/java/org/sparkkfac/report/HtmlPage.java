package org.sparkkfac.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A report as one HTML file that opens offline: style, script, charts and figures are inside, and nothing is fetched. It
 * follows the reader's preference for dark or light, fits a phone and a printed page, and without JavaScript shows its
 * tables. The templates escape whatever they print.
 *
 * @param report what is shown
 */
public record HtmlPage(Report report) {
    private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    /** The page as text, to be written in UTF-8. */
    public String html() {
        StringOutput out = new StringOutput();
        TemplateEngine.createPrecompiled(
                        null, ContentType.Html, HtmlPage.class.getClassLoader(), "org.sparkkfac.report.pages")
                .render("page.jte", this, out);
        return out.toString();
    }

    /** Style sheet, for the template. */
    public String style() {
        return resource("report.css");
    }

    /** Apache ECharts, for the template. */
    public String echarts() {
        return resource(ECHARTS);
    }

    /** The script that draws the charts, for the template. */
    public String script() {
        return resource("report.js");
    }

    /** The charts' figures, for the template. */
    public String chartJson() {
        return ChartJson.of(report.chartGroups());
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(HtmlPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
