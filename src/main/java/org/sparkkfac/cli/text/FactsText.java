package org.sparkkfac.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.sparkkfac.cli.console.Table;

/** Facts in sections, each a line {@code section.name value}; those without a value are left out. */
public record FactsText(ObjectNode json) implements Answer {
    @Override
    public String text() {
        Table table = new Table("what", "value");
        for (Map.Entry<String, JsonNode> section : json.properties()) {
            for (Map.Entry<String, JsonNode> fact : section.getValue().properties()) {
                if (!fact.getValue().isNull()) {
                    table.add(
                            section.getKey() + "." + fact.getKey(),
                            fact.getValue().asText());
                }
            }
        }
        return table.toString();
    }
}
