package org.sparkkfac.nn;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node as {@code model.json} describes it.
 *
 * @param name unique in the network
 * @param op what it computes
 * @param inputs names of earlier nodes, or {@link Network#INPUT} for the features; empty for the node before
 * @param parameters the op's constants: Integer, Double or Boolean by name
 */
public record NodeSpec(String name, String op, List<String> inputs, Map<String, Object> parameters)
        implements Serializable {
    /** Copies its collections; the constants keep their order, in which they are written. */
    public NodeSpec {
        inputs = List.copyOf(inputs);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** A node that takes the one before it. */
    public NodeSpec(String name, String op, Map<String, Object> parameters) {
        this(name, op, List.of(), parameters);
    }
}
