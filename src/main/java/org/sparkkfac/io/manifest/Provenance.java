package org.sparkkfac.io.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.linalg.Blas;

/**
 * Where an artefact comes from. Nothing in it depends on the moment of writing, so that the same input and configuration
 * give the same manifest.
 *
 * @param config the effective configuration
 * @param data fingerprint and plan of the rows
 * @param software versions by name
 * @param more further keys of the manifest
 */
public record Provenance(ObjectNode config, ObjectNode data, ObjectNode software, ObjectNode more) {
    private record CpuJson(String model, String architecture) {}

    private record BlasJson(String backend, String kernel, int threads) {}

    /** Provenance without further keys. */
    public Provenance(ObjectNode config, ObjectNode data, ObjectNode software) {
        this(config, data, software, Json.object());
    }

    /** The same with one more key of the manifest, such as {@code model} or {@code precision}. */
    public Provenance with(String key, JsonNode value) {
        ObjectNode longer = more.deepCopy();
        longer.set(key, value);
        return new Provenance(config, data, software, longer);
    }

    /** The same with an effective configuration. */
    public Provenance withConfig(ObjectNode newConfig) {
        return new Provenance(newConfig, data, software, more);
    }

    /** Provenance of what was made by calls from code, without a configuration. */
    public static Provenance none() {
        return new Provenance(Json.object(), Json.object(), Json.object());
    }

    /**
     * Adds the further keys and {@code config, data, software, cpu, blas}. CPU and BLAS are those of this process, unless
     * {@code blas} is among the further keys because the numbers were computed elsewhere.
     */
    public void addTo(ObjectNode manifest) {
        manifest.setAll(more);
        manifest.set("config", config);
        manifest.set("data", data);
        manifest.set("software", software);
        manifest.set("cpu", Json.object(new CpuJson(cpuModel(), System.getProperty("os.arch", "unknown"))));
        if (!more.has("blas")) {
            Blas blas = Blas.current();
            manifest.set("blas", Json.object(new BlasJson(blas.backend(), blas.kernel(), blas.threads())));
        }
    }

    /** The processor's name as Linux gives it, else {@code unknown}. */
    public static String cpuModel() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return "unknown"; // not Linux
        }
        return "unknown";
    }
}
