package org.sparkkfac.io.tensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lays tensors out and streams them; holds one element buffer, never a tensor. */
public final class SafetensorsWriter {
    private static final Set<Dtype> WRITABLE = EnumSet.of(Dtype.F64, Dtype.F32, Dtype.I64);

    private SafetensorsWriter() {}

    /**
     * Writes header and tensors into the stream, which stays open.
     *
     * @param place the file, for errors
     * @throws IllegalArgumentException if a tensor is of a type that is only read
     */
    public static void write(OutputStream out, String place, Map<String, ? extends TensorSource> entries)
            throws IOException {
        List<TensorInfo> layout = layout(entries);
        byte[] header = SafetensorsHeader.encode(layout);
        if (header.length - SafetensorsHeader.PREFIX > SafetensorsHeader.MAX_JSON) {
            throw new IllegalArgumentException(place + ": header of " + header.length + " bytes");
        }
        out.write(header);
        for (TensorInfo tensor : layout) {
            TensorSink sink = new TensorSink(out, tensor, place);
            source(entries, tensor.name()).writeTo(sink);
            sink.finish();
        }
    }

    /** Widest type first, then by the bytes of the name: the order, and so the bytes, of the reference implementation. */
    private static List<TensorInfo> layout(Map<String, ? extends TensorSource> entries) {
        List<TensorInfo> sized = new ArrayList<>();
        entries.forEach((name, source) -> sized.add(sized(name, source)));
        sized.sort(Comparator.comparing(TensorInfo::dtype)
                .reversed()
                .thenComparing(tensor -> tensor.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        List<TensorInfo> placed = new ArrayList<>();
        long position = 0;
        for (TensorInfo tensor : sized) {
            long end = Math.addExact(position, tensor.end());
            placed.add(new TensorInfo(tensor.name(), tensor.dtype(), tensor.shape(), position, end));
            position = end;
        }
        return placed;
    }

    private static TensorInfo sized(String name, TensorSource source) {
        Dtype dtype = source.dtype();
        if (!WRITABLE.contains(dtype) || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("cannot write tensor '" + name + "' of " + dtype);
        }
        Shape shape = source.shape();
        return new TensorInfo(name, dtype, shape, 0, Math.multiplyExact(shape.size(), dtype.width()));
    }

    private static TensorSource source(Map<String, ? extends TensorSource> entries, String name) {
        TensorSource source = entries.get(name);
        if (source == null) {
            throw new IllegalStateException("tensor '" + name + "' was removed while it was being written");
        }
        return source;
    }
}
