package org.sparkkfac.io.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.sparkkfac.io.artefact.Fixtures.STATISTICS;
import static org.sparkkfac.io.artefact.Fixtures.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.IntegerTensor;
import org.sparkkfac.io.tensors.Shape;

class TensorAuditTest {
    @TempDir
    private Path directory;

    private ArtefactReader artefact(String file, double... values) {
        Location location = at(directory.resolve(file));
        int n = (int) Math.sqrt(values.length);
        Shape shape = n * n == values.length ? Shape.of(n, n) : Shape.of(1, values.length);
        try (ArtefactWriter writer = ArtefactWriter.create(location, STATISTICS, true)) {
            writer.addFile(file, Map.of("hidden", new DenseTensor(shape, values)));
            writer.addFile("num", Map.of("hidden", IntegerTensor.count(3)));
            writer.commit(Json.object());
        }
        return ArtefactReader.open(location);
    }

    @Test
    void countsFilesAndBytesAndGivesNorms() throws IOException {
        TensorAudit audit = TensorAudit.of(artefact("full", 9, 12, 12, 16));
        assertThat(audit.files()).isEqualTo(2);
        assertThat(audit.bytes())
                .isEqualTo(Files.size(directory.resolve("full/full.safetensors"))
                        + Files.size(directory.resolve("full/num.safetensors")));
        assertThat(audit.norms().get("full")).containsExactly(Map.entry("hidden", 25.0));
        assertThat(audit.norms().get("num")).isEmpty();
        assertThat(TensorAudit.of(artefact("gradient", 3e200, 4e200))
                        .norms()
                        .get("gradient")
                        .get("hidden"))
                .isCloseTo(5e200, within(1e186));
        assertThat(TensorAudit.of(at(directory.resolve("full/full.safetensors")), "x")
                        .norms())
                .isEqualTo(Map.of("x", Map.of("hidden", 25.0)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gradient              | 1 NaN             | tensor 'hidden': entry (0, 1) is NaN
            gradient              | 1 2 -Infinity     | tensor 'hidden': entry (0, 2) is -Infinity
            activation_covariance | 1 2 3 4           | is not symmetric: entry (1, 0) is 3.0 but (0, 1) is 2.0
            gradient_covariance   | 1 0 0 -1          | entry (1, 1) on its diagonal is -1.0, below zero
            exact_block           | 1 2 3             | is 1 × 3 but should be square
            diagonal              | 1 0 -0.5 2        | entry (1, 0) is -0.5, below zero
            eigenvalues           | 1 -1              | entry (0, 1) is -1.0, below zero
            full_cholesky         | 1 0.1 1 1         | is not lower triangular: entry (0, 1) is not zero
            exact_cholesky        | 1 0 1 0           | entry (1, 1) on its diagonal is not above zero
            """)
    void whatCannotBeRightIsNamed(String file, String numbers, String message) {
        double[] values = java.util.Arrays.stream(numbers.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        ArtefactReader reader = artefact(file, values);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> TensorAudit.of(reader))
                .withMessageStartingWith(
                        directory.resolve(file + "/" + file + ".safetensors: ").toString())
                .withMessageContaining(message);
    }

    /** A unit that never fires has a zero row and column; rounding may part the two triangles. */
    @Test
    void whatIsRightPasses() {
        assertThat(TensorAudit.of(artefact("gradient_covariance", 0, 0, 0, 2)).files())
                .isEqualTo(2);
        assertThat(TensorAudit.of(artefact("full", 1, 0.5, Math.nextUp(0.5), 1)).files())
                .isEqualTo(2);
        assertThat(TensorAudit.of(artefact("full_cholesky", 1, 0, -3, 2)).files())
                .isEqualTo(2);
        assertThat(TensorAudit.of(artefact("gradient", -1, 2)).files()).isEqualTo(2);
    }

    @Test
    void aWrongChecksumIsSaidBeforeAWrongNumber() throws IOException {
        ArtefactReader reader = artefact("full", 1, 2, 2, 5);
        Path file = directory.resolve("full/full.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= (byte) 0x80;
        Files.write(file, bytes);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> TensorAudit.of(reader))
                .withMessageContaining("full.safetensors: sha256 is ");
    }
}
