package org.sparkkfac.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/**
 * Charts as JSON for the script of a page: a list of groups {@code {axes: [{name, values}], charts: [{title, form, from, to, series:
 * [{name, values}]}]}}. Values have six digits; those that are missing are null.
 */
final class ChartJson {
    private static final MathContext DIGITS = new MathContext(6);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ChartJson() {}

    /** The groups, as text that may stand in a script element: without a character that could end it. */
    static String of(List<ChartGroup> groups) {
        ArrayNode all = MAPPER.createArrayNode();
        for (ChartGroup group : groups) {
            ObjectNode node = all.addObject();
            ArrayNode axes = node.putArray("axes");
            group.axes().forEach(axis -> add(axes, axis.name(), axis.values()));
            ArrayNode charts = node.putArray("charts");
            for (Chart chart : group.charts()) {
                ObjectNode entry = charts.addObject()
                        .put("title", chart.title())
                        .put("form", chart.form().name().toLowerCase(Locale.ROOT));
                chart.window()
                        .ifPresent(window -> entry.put("from", window.from()).put("to", window.to()));
                ArrayNode series = entry.putArray("series");
                chart.series().forEach(some -> add(series, some.name(), some.values()));
            }
        }
        try {
            return MAPPER.writeValueAsString(all)
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e")
                    .replace("&", "\\u0026")
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(ArrayNode to, String name, List<Double> values) {
        ObjectNode node = to.addObject().put("name", name);
        ArrayNode array = node.putArray("values");
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(new BigDecimal(value).round(DIGITS));
            } else {
                array.addNull();
            }
        }
    }
}
