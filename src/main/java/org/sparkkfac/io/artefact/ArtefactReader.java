package org.sparkkfac.io.artefact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.files.StorageErrors;
import org.sparkkfac.io.files.VerifyingStream;
import org.sparkkfac.io.manifest.ArtefactFile;
import org.sparkkfac.io.manifest.ArtefactFormat;
import org.sparkkfac.io.manifest.Manifest;
import org.sparkkfac.io.tensors.Safetensors;
import org.sparkkfac.io.tensors.SafetensorsReader;
import org.sparkkfac.io.tensors.Tensor;
import org.sparkkfac.io.tensors.TensorInfo;
import org.sparkkfac.io.tensors.Tensors;

/**
 * Reads a committed artefact. Opening checks the manifest and that every file is there with its length; reading a file
 * checks its SHA-256 on the way, always.
 */
public final class ArtefactReader {
    private static final String MEND = "; the artefact is damaged or was overwritten meanwhile, write or copy it again";

    private final Location directory;
    private final Manifest manifest;

    private ArtefactReader(Location directory, Manifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /**
     * Opens an artefact.
     *
     * @param accepted the formats that will do; none means any, of any version, which is for looking at it only
     * @throws UserException if there is no finished artefact, or it has another format, a newer version, or files that
     *     are missing or of the wrong length
     */
    public static ArtefactReader open(Location directory, ArtefactFormat... accepted) {
        Manifest manifest = Manifest.read(directory).orElseThrow(() -> noManifest(directory));
        if (accepted.length > 0) {
            checkFormat(directory, manifest, accepted);
        }
        manifest.files().forEach((name, file) -> checkLength(directory.child(file.path()), file));
        return new ArtefactReader(directory, manifest);
    }

    /** Where it is. */
    public Location directory() {
        return directory;
    }

    /** Its format, such as {@code spark-kfac/statistics}. */
    public String format() {
        return manifest.format();
    }

    /** The version of its format. */
    public int version() {
        return manifest.version();
    }

    /** The whole manifest; a copy. */
    public ObjectNode manifest() {
        return manifest.json().deepCopy();
    }

    /** Its files by logical name, such as {@code activation_covariance}. */
    public Map<String, ArtefactFile> files() {
        return manifest.files();
    }

    /**
     * Reads all tensors of one file.
     *
     * @throws UserException if there is no such file, or its bytes are not those that were written
     */
    public Tensors tensors(String name) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        visit(name, key -> true, tensors::put);
        return new Tensors(location(name).toString(), tensors);
    }

    /**
     * Reads the wanted tensors of one file, one at a time in memory. What the visitor makes of them counts only once
     * this returns: the checksum is known at the end.
     *
     * @throws UserException if there is no such file, or its bytes are not those that were written
     */
    public void visit(String name, Predicate<String> wanted, BiConsumer<String, Tensor> visitor) {
        read(name, in -> {
            if (!isOfTensors(name)) {
                return in.transferTo(OutputStream.nullOutputStream());
            }
            long length = file(name).length();
            SafetensorsReader reader =
                    new SafetensorsReader(in, length, location(name).toString());
            reader.visit(reader.header(), wanted, visitor);
            return length;
        });
    }

    /**
     * Reads a file that holds no tensors.
     *
     * @throws UserException if there is no such file, or its bytes are not those that were written
     */
    public byte[] bytes(String name) {
        return read(name, InputStream::readAllBytes);
    }

    private interface Reading<T> {
        T of(InputStream in) throws IOException;
    }

    private <T> T read(String name, Reading<T> reading) {
        Location location = location(name);
        ArtefactFile expected = file(name);
        return StorageErrors.guard(location.toString(), "cannot be read", () -> {
            try (VerifyingStream in = new VerifyingStream(location.fileSystem().open(location.path()))) {
                T found = reading.of(in);
                checkDigest(location, expected, in.sha256());
                return found;
            }
        });
    }

    /** The header of one file: names, types and shapes, without the values and so without the checksum. */
    public List<TensorInfo> header(String name) {
        return isOfTensors(name) ? Safetensors.header(location(name)) : List.of();
    }

    private boolean isOfTensors(String name) {
        return file(name).path().endsWith(OutputDirectory.SUFFIX);
    }

    private Location location(String name) {
        return directory.child(file(name).path());
    }

    private ArtefactFile file(String name) {
        ArtefactFile file = manifest.files().get(name);
        if (file == null) {
            throw new UserException(directory + ": this " + format() + " has no file '" + name + "'; it has "
                    + manifest.files().keySet() + "; write it again");
        }
        return file;
    }

    private static UserException noManifest(Location directory) {
        if (!directory.isDirectory()) {
            return new UserException(directory + ": "
                    + (directory.exists()
                            ? "is a file but should be the directory of an artefact"
                            : "no such directory")
                    + "; check the path");
        }
        if (ModelDirectory.isOfTraining(directory)) {
            return new UserException(
                    directory + ": is what a training wrote, which is several things; give one of them," + " such as "
                            + directory.child("model") + " or " + directory.child("statistics"));
        }
        boolean unfinished = directory.child(OutputDirectory.MARKER).exists();
        return new UserException(directory + ": has no " + Manifest.FILE + ", so it is "
                + (unfinished
                        ? "an unfinished artefact; let its writer finish or write it again"
                        : "no artefact; check the path"));
    }

    private static void checkFormat(Location directory, Manifest manifest, ArtefactFormat... accepted) {
        ArtefactFormat format = Arrays.stream(accepted)
                .filter(candidate -> candidate.name().equals(manifest.format()))
                .findFirst()
                .orElseThrow(() -> new UserException(directory + ": is " + manifest.format() + " but should be "
                        + Arrays.stream(accepted).map(ArtefactFormat::name).collect(Collectors.joining(" or "))
                        + "; check the path"));
        if (manifest.version() > format.version()) {
            throw new UserException(directory + ": is version " + manifest.version() + " of " + format
                    + " but this spark-kfac reads up to " + format.version() + "; use a newer spark-kfac");
        }
    }

    private static void checkLength(Location location, ArtefactFile file) {
        FileStatus status = location.status()
                .filter(FileStatus::isFile)
                .orElseThrow(() -> new UserException(location + ": is missing" + MEND));
        if (status.getLen() != file.length()) {
            throw new UserException(
                    location + ": has " + status.getLen() + " bytes but " + file.length() + " were written" + MEND);
        }
    }

    private static void checkDigest(Location location, ArtefactFile expected, String actual) {
        if (!actual.equals(expected.sha256())) {
            throw new UserException(
                    location + ": sha256 is " + actual + " but " + expected.sha256() + " was written" + MEND);
        }
    }
}
