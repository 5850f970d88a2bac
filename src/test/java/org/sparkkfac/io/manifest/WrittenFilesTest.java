package org.sparkkfac.io.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.precondition.Method;

/** Files of earlier builds are read, and what was read is written to the same bytes. */
final class WrittenFilesTest {
    @TempDir
    private Path directory;

    private static byte[] written(String name) throws IOException {
        try (InputStream in = WrittenFilesTest.class.getResourceAsStream("/written/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private Manifest manifest(String name) throws IOException {
        Files.write(directory.resolve(Manifest.FILE), written(name));
        return Manifest.read(Location.of(directory.toString(), new Configuration()))
                .orElseThrow();
    }

    /** The manifest's own frame around these fields and then what else the file has, in its order. */
    private static byte[] rewritten(Manifest manifest, ObjectNode fields) {
        for (Map.Entry<String, JsonNode> field : manifest.json().properties()) {
            if (!List.of("format", "version", "files").contains(field.getKey()) && !fields.has(field.getKey())) {
                fields.set(field.getKey(), field.getValue());
            }
        }
        ArtefactFormat format = new ArtefactFormat(manifest.format(), manifest.version());
        return Json.prettyBytes(Manifest.of(format, fields, manifest.files()).json());
    }

    @ParameterizedTest
    @CsvSource({"statistics.json, 1797, 1797", "merged.json, 1797, 1347", "training.json, 2887, 1"})
    void manifestsOfStatistics(String name, long rows, double totalWeight) throws IOException {
        Manifest manifest = manifest(name);
        StatisticsManifest statistics = StatisticsManifest.read(manifest.json(), name);
        assertThat(statistics.rows()).isEqualTo(rows);
        assertThat(statistics.totalWeight()).isEqualTo(totalWeight);
        assertThat(statistics.layers()).hasSize(2);
        assertThat(statistics.fisher().toFisher()).isEqualTo(Fisher.monteCarlo(1, 0));
        assertThat(statistics.meanLoss() == null).isEqualTo(name.equals("training.json"));
        assertThat(manifest.files()).containsKey("activation_covariance");
        assertThat(rewritten(manifest, Json.object(statistics))).isEqualTo(written(name));
    }

    @Test
    void theManifestOfAPreconditioner() throws IOException {
        Manifest manifest = manifest("preconditioner.json");
        PreconditionerManifest preconditioner = PreconditionerManifest.read(manifest.json(), "here");
        assertThat(preconditioner.method()).isEqualTo(Method.EXACT);
        assertThat(preconditioner.damping()).isEqualTo(new PreconditionerManifest.Asked(0.01, true));
        assertThat(preconditioner.layers().get(0).damping()).isEqualTo(1.5931954455027038e-05);
        assertThat(rewritten(manifest, preconditioner.json(manifest.json()))).isEqualTo(written("preconditioner.json"));
    }

    @Test
    void theDescriptionOfAModel() throws IOException {
        ObjectNode json = Json.parseObject(written("model.json"), "model.json");
        ModelDescription description = ModelDescription.read(json, "model.json");
        assertThat(Json.prettyBytes(Json.object(description))).isEqualTo(written("model.json"));
        ModelDescription again = ModelDescription.of(description.network("model.json"));
        assertThat(Json.prettyBytes(Json.object(again))).isEqualTo(written("model.json"));
    }

    @Test
    void theMetricsOfATraining() throws IOException {
        String text = new String(written("metrics.jsonl"), StandardCharsets.UTF_8);
        assertThat(text).contains("validation_accuracy", "\"best\":true", "\"ratio\":");
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                assertThat(StepLine.line(StepLine.parse(line, "here"))).isEqualTo(line);
            }
        }
    }
}
