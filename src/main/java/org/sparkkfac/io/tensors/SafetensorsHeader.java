package org.sparkkfac.io.tensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;

/**
 * The header of a safetensors file: {@code u64 n (little-endian) · n bytes of JSON, padded with spaces · buffers}.
 *
 * <p>Parsing trusts nothing: the buffers must tile the rest of the file exactly, without overlap, hole or remainder, so
 * that a file which passes cannot make the reader allocate more than the file's own size or read a byte twice.
 */
final class SafetensorsHeader {
    static final int PREFIX = Long.BYTES;

    /** The reference implementation's bound on the JSON's length. */
    static final int MAX_JSON = 100_000_000;

    static final String METADATA = "__metadata__";
    private static final String MEND = "; the file is damaged or not safetensors, write it again";

    private SafetensorsHeader() {}

    /** Prefix and padded JSON for these tensors; the same tensors give the same bytes. */
    static byte[] encode(List<TensorInfo> tensors) throws IOException {
        ObjectNode root = Json.object();
        for (TensorInfo tensor : tensors) {
            ObjectNode entry =
                    root.putObject(tensor.name()).put("dtype", tensor.dtype().name());
            ArrayNode shape = entry.putArray("shape");
            Arrays.stream(tensor.shape().toArray()).forEach(shape::add);
            entry.putArray("data_offsets").add(tensor.start()).add(tensor.end());
        }
        byte[] json = Json.compactBytes(root);
        int padded = (json.length + PREFIX - 1) / PREFIX * PREFIX;
        ByteBuffer header = ByteBuffer.allocate(PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        Arrays.fill(header.array(), PREFIX + json.length, PREFIX + padded, (byte) ' ');
        return header.array();
    }

    /** Checks the length of the JSON against the bound and the file. */
    static int checkJsonLength(long jsonLength, long fileLength, String place) {
        if (jsonLength < 2 || jsonLength > Math.min(MAX_JSON, fileLength - PREFIX)) {
            throw new UserException(place + ": header of " + Long.toUnsignedString(jsonLength) + " bytes in a file of "
                    + fileLength + MEND);
        }
        return (int) jsonLength;
    }

    /** The tensors that the JSON describes, in the order of their buffers, which fill {@code bufferBytes} exactly. */
    static List<TensorInfo> parse(byte[] json, long bufferBytes, String place) {
        ObjectNode root = Json.parseObject(json, place + " (header)");
        List<TensorInfo> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!entry.getKey().equals(METADATA)) {
                tensors.add(tensor(entry.getKey(), entry.getValue(), place + ": tensor '" + entry.getKey() + "'"));
            }
        }
        tensors.sort(Comparator.comparingLong(TensorInfo::start).thenComparingLong(TensorInfo::end));
        checkTiling(tensors, bufferBytes, place);
        return List.copyOf(tensors);
    }

    private static TensorInfo tensor(String name, JsonNode entry, String place) {
        Dtype dtype = dtype(entry.path("dtype"), place);
        Shape shape = shape(entry.path("shape"), place);
        long[] offsets = integers(entry.path("data_offsets"), "data_offsets", place);
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new UserException(place + ": data_offsets " + Arrays.toString(offsets) + " are no range" + MEND);
        }
        TensorInfo tensor = new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
        if (tensor.bytes() % dtype.width() != 0 || tensor.bytes() / dtype.width() != shape.size()) {
            throw new UserException(
                    place + ": " + tensor.bytes() + " bytes for " + dtype + " of shape " + shape + MEND);
        }
        return tensor;
    }

    private static Dtype dtype(JsonNode node, String place) {
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(node.textValue())) {
                return dtype;
            }
        }
        throw new UserException(place + ": dtype " + (node.isMissingNode() ? "is missing" : node + " is not read here")
                + "; save it as one of " + Arrays.toString(Dtype.values()));
    }

    private static Shape shape(JsonNode node, String place) {
        long[] extents = integers(node, "shape", place);
        try {
            return Shape.of(extents);
        } catch (IllegalArgumentException e) {
            throw new UserException(place + ": " + e.getMessage() + MEND, e);
        }
    }

    private static long[] integers(JsonNode node, String key, String place) {
        long[] values = new long[node.size()];
        boolean valid = node.isArray();
        for (int i = 0; valid && i < values.length; i++) {
            JsonNode element = node.get(i);
            valid = element.isIntegralNumber() && element.canConvertToLong() && element.longValue() >= 0;
            values[i] = element.longValue();
        }
        if (!valid) {
            throw new UserException(place + ": " + key + " should be an array of non-negative integers" + MEND);
        }
        return values;
    }

    private static void checkTiling(List<TensorInfo> tensors, long bufferBytes, String place) {
        long position = 0;
        for (TensorInfo tensor : tensors) {
            if (tensor.start() != position) {
                throw new UserException(place + ": tensor '" + tensor.name() + "' starts at byte " + tensor.start()
                        + " where " + position + " is due" + MEND);
            }
            position = tensor.end();
        }
        if (position != bufferBytes) {
            throw new UserException(
                    place + ": tensors of " + position + " bytes in a file with " + bufferBytes + " for them" + MEND);
        }
    }
}
