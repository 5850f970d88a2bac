package org.sparkkfac.io.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Why JSON is not a record, in words: which key, and what its value should be. */
final class JsonProblem {
    private JsonProblem() {}

    /** {@code layers[0].in should be a whole number}. */
    static String of(JsonProcessingException e) {
        String key = e instanceof JsonMappingException mapping ? key(mapping.getPath()) : "";
        if (e instanceof ValueInstantiationException && e.getCause() != null) {
            String refusal = e.getCause() instanceof NullPointerException
                    ? "a value is missing"
                    : String.valueOf(e.getCause().getMessage());
            return key.isEmpty() ? refusal : key + ": " + refusal;
        }
        String what = key.isEmpty() ? "it" : key;
        String given = e instanceof InvalidFormatException format ? ", not '" + format.getValue() + "'" : "";
        return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? what + " should be " + words(mismatch.getTargetType()) + given
                : what + " is out of range";
    }

    private static String key(List<JsonMappingException.Reference> path) {
        StringBuilder key = new StringBuilder();
        for (JsonMappingException.Reference step : path) {
            if (step.getFieldName() == null) {
                key.append('[').append(step.getIndex()).append(']');
            } else {
                key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return key.toString();
    }

    private static String words(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return type == String.class ? "text" : "an object";
    }
}
