package org.sparkkfac.io.artefact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.tensors.SafetensorsReader;
import org.sparkkfac.io.tensors.SafetensorsWriter;
import org.sparkkfac.io.tensors.Tensor;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;

public final class Fixtures {
    public static final ArtefactFormat STATISTICS = new ArtefactFormat("spark-kfac/statistics", 1);

    private Fixtures() {}

    public static Location at(Path path) {
        return Location.of(path.toString(), new Configuration());
    }

    public static byte[] bytes(Map<String, ? extends TensorSource> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafetensorsWriter.write(out, "memory", entries);
        return out.toByteArray();
    }

    public static Tensors read(byte[] bytes) {
        return read(bytes, bytes.length);
    }

    /** Reads bytes as a file that says it has this length. */
    public static Tensors read(byte[] bytes, long length) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        SafetensorsReader reader = new SafetensorsReader(new ByteArrayInputStream(bytes), length, "x.safetensors");
        try {
            reader.visit(reader.header(), name -> true, tensors::put);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Tensors("x.safetensors", tensors);
    }

    /** A file with this header text, padded as it is, and this many bytes of buffers. */
    public static byte[] file(String json, int bufferBytes) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length + bufferBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    /** The bytes with a few bits flipped, or cut short, or as they were. */
    public static byte[] damage(byte[] valid, Random random) {
        byte[] damaged = random.nextInt(3) == 0 ? Arrays.copyOf(valid, random.nextInt(valid.length)) : valid.clone();
        for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    /** Everything below a directory, relative, sorted. */
    public static List<String> tree(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> !path.equals(directory))
                    .map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
