package org.sparkkfac.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

final class Fixtures {
    static final ArtefactFormat STATISTICS = new ArtefactFormat("spark-kfac/statistics", 1);

    private Fixtures() {}

    static Location at(Path path) {
        return Location.of(path.toString(), new Configuration(false));
    }

    static byte[] bytes(Map<String, ? extends TensorSource> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(out, "memory", entries);
        return out.toByteArray();
    }

    static Tensors read(byte[] bytes) {
        return Safetensors.read(new ByteArrayInputStream(bytes), bytes.length, "x.safetensors");
    }

    /** A file with this header text, padded as it is, and this many bytes of buffers. */
    static byte[] file(String json, int bufferBytes) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length + bufferBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    /** Everything below a directory, relative, sorted. */
    static List<String> tree(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> !path.equals(directory))
                    .map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
