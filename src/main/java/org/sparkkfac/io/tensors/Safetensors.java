package org.sparkkfac.io.tensors;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.AtomicFile;
import org.sparkkfac.io.files.FileDigest;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.StorageErrors;

/**
 * Single tensor files in the safetensors format: {@code u64 n · n bytes of JSON · buffers}, little-endian, row-major.
 *
 * <p>Written are F64, F32 and I64, widest type first and then by name, which is the order of the reference
 * implementation: the bytes depend on the content only, not on the iteration order of the caller's map. Read are also
 * F16, BF16 and I32; {@code __metadata__} is passed over. Whether values are finite is for the caller to check.
 */
public final class Safetensors {
    private Safetensors() {}

    /**
     * Writes a file, streaming, so that it is there whole or not at all.
     *
     * @throws UserException if it is there and {@code overwrite} is false, or may not be written, or a finite value is
     *     too large for F32
     * @throws org.sparkkfac.StorageException if the file system fails
     */
    public static FileDigest write(Location file, boolean overwrite, Map<String, ? extends TensorSource> entries) {
        return AtomicFile.write(file, overwrite, out -> SafetensorsWriter.write(out, file.toString(), entries));
    }

    /**
     * Reads all tensors of a file.
     *
     * @throws UserException if there is none, or it is malformed in any way
     */
    public static Tensors read(Location file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        visit(file, name -> true, tensors::put);
        return new Tensors(file.toString(), tensors);
    }

    /** Reads the wanted tensors of a file, one at a time in memory. */
    public static void visit(Location file, Predicate<String> wanted, BiConsumer<String, Tensor> visitor) {
        long length = file.requireFile().getLen();
        StorageErrors.guardAction(file.toString(), "cannot be read", () -> {
            try (InputStream in = file.fileSystem().open(file.path())) {
                SafetensorsReader reader = new SafetensorsReader(in, length, file.toString());
                reader.visit(reader.header(), wanted, visitor);
            }
        });
    }

    /** Reads and checks the header only: names, types and shapes, in the order of the file. */
    public static List<TensorInfo> header(Location file) {
        long length = file.requireFile().getLen();
        return StorageErrors.guard(file.toString(), "cannot be read", () -> {
            try (InputStream in = file.fileSystem().open(file.path())) {
                return new SafetensorsReader(in, length, file.toString()).header();
            }
        });
    }
}
