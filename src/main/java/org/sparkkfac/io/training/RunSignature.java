package org.sparkkfac.io.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that fixes the course of a training: settings, and fingerprints of rows and first model. Only where it is the
 * same may a training go on.
 *
 * @param settings names and values; objects hold more of them
 */
public record RunSignature(ObjectNode settings) {
    /** Copies the settings. */
    public RunSignature {
        settings = settings.deepCopy();
    }

    /** What the other course has changed, such as {@code train.momentum was 0.7 and is 0.9}. */
    public List<String> changes(RunSignature other) {
        Map<String, String> mine = values();
        Map<String, String> others = other.values();
        Map<String, String> all = new TreeMap<>(mine);
        all.putAll(others);
        List<String> changes = new ArrayList<>();
        for (String name : all.keySet()) {
            String before = mine.getOrDefault(name, "not set");
            String now = others.getOrDefault(name, "not set");
            if (!before.equals(now)) {
                changes.add(name + " was " + shown(before) + " and is " + shown(now));
            }
        }
        return changes;
    }

    private static String shown(String value) {
        return value.equals("null") ? "left to its default" : value;
    }

    /** Names and values, sorted. */
    public Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        flatten("", settings, values);
        return values;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> values) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getValue().isObject()) {
                flatten(prefix + field.getKey() + ".", field.getValue(), values);
            } else {
                values.put(prefix + field.getKey(), field.getValue().toString());
            }
        }
    }
}
