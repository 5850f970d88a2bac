package org.sparkkfac.io.files;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;

/**
 * JSON as artefacts keep it: strict when read, the same bytes for the same content when written.
 *
 * <p>Written: keys in the order of insertion, two spaces, {@code \n}, a newline at the end, shortest decimals that read
 * back to the same double (independent of the JDK). Read: UTF-8 only, no duplicate keys, nothing after the value.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, Json::onlyText)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Where Jackson speaks of a place, it puts a note on its own settings before line and column. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+, column: \\d+)]");

    private Json() {}

    private static void onlyText(MutableCoercionConfig text) {
        text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    /** A new object without keys. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A record, or nested maps, lists, text, numbers and nulls, as an object; keys of records are in snake case. */
    public static ObjectNode object(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** As {@link #object(Object)}, of a list. */
    public static ArrayNode array(List<?> values) {
        return MAPPER.valueToTree(values);
    }

    /**
     * Reads a record. Keys that it does not have are passed over; text, numbers and booleans are not taken for one
     * another.
     *
     * @param place the file, for the error
     * @param mend the end of the error
     * @throws UserException if a required key is missing or a value is not what it should be; it names the key
     */
    public static <T> T read(JsonNode json, Class<T> type, String place, String mend) {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UserException(place + ": " + JsonProblem.of(e) + "; " + mend, e);
        }
    }

    /**
     * The value as text, pretty and deterministic.
     *
     * @throws NumericalException if a number in it is NaN or infinite, which JSON cannot hold
     */
    public static String pretty(JsonNode value) {
        checkFinite(value, "");
        try {
            return MAPPER.writer(new Layout()).writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** {@link #pretty} in UTF-8. */
    public static byte[] prettyBytes(JsonNode value) {
        return pretty(value).getBytes(StandardCharsets.UTF_8);
    }

    /** The value on one line, without spaces or a newline at the end. */
    public static String compact(JsonNode value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** {@link #compact} in UTF-8. */
    public static byte[] compactBytes(JsonNode value) {
        return compact(value).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads one value.
     *
     * @param place the file, for the error
     * @throws UserException if the bytes are not one JSON value in UTF-8 without duplicate keys
     */
    public static JsonNode parse(byte[] utf8, String place) {
        try {
            return MAPPER.readTree(decode(utf8));
        } catch (CharacterCodingException e) {
            throw new UserException(place + ": not UTF-8 text; write the file again", e);
        } catch (JsonProcessingException e) {
            throw new UserException(place + ": not valid JSON" + at(e) + ": " + oneLine(e) + "; mend the text", e);
        }
    }

    /** Reads an object; as {@link #parse}, and anything but an object is refused too. */
    public static ObjectNode parseObject(byte[] utf8, String place) {
        if (parse(utf8, place) instanceof ObjectNode object) {
            return object;
        }
        throw new UserException(place + ": should be a JSON object; write it as { … }");
    }

    private static String decode(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private static String oneLine(JsonProcessingException e) {
        String message =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
        return SOURCE.matcher(message).replaceAll("$1");
    }

    private static void checkFinite(JsonNode node, String pointer) {
        if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
            throw new NumericalException("'" + pointer.substring(Math.min(1, pointer.length())) + "' is "
                    + node.doubleValue() + ", which JSON cannot hold; look for the rows or the damping that made it");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            checkFinite(field.getValue(), pointer + "/" + field.getKey());
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                checkFinite(node.get(i), pointer + "/" + i);
            }
        }
    }

    /** Jackson's layout without its two surprises: the platform's line ends, and a space before the colon. */
    private static final class Layout extends DefaultPrettyPrinter {
        Layout() {
            indentObjectsWith(new DefaultIndenter("  ", "\n"));
        }

        @Override
        public DefaultPrettyPrinter createInstance() {
            return new Layout();
        }

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(": ");
        }
    }
}
