package org.sparkkfac.io.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkkfac.io.artefact.Fixtures.at;
import static org.sparkkfac.io.artefact.Fixtures.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.Dtype;
import org.sparkkfac.io.tensors.Shape;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.LayerInverse;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Preconditioners written and read again, by every method, and what is refused. */
final class PreconditionerArtefactTest {
    private static final Damping DAMPING = Damping.relative(0.2);

    @TempDir
    private Path directory;

    /** Layers of 3 × (2+1) and 2 × (3+1) parameters. */
    private static Preconditioner preconditioner(Method method) {
        Cases random = Cases.one();
        Network network = random.chain("sigmoid", "tanh", 2, 3, 2);
        return Inverting.invert(Row.collect(network, Fisher.exact(), random.rows(network, 9)), method, DAMPING, 1);
    }

    private Location write(Preconditioner preconditioner) {
        ObjectNode source =
                Json.object().put("rows", 9).put("total_weight", 7.5).put("unrelated", 1);
        PreconditionerArtefact.write(at(directory), preconditioner, DAMPING, source, Provenance.none(), true);
        return at(directory);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void everyMethodComesBackBitForBit(Method method) {
        Preconditioner expected = preconditioner(method);
        Preconditioner read = PreconditionerArtefact.read(write(expected));
        assertThat(read.method()).isEqualTo(method);
        assertThat(read.shapes()).isEqualTo(expected.shapes());
        assertThat(read.layers()).hasSameSizeAs(expected.layers());
        for (int l = 0; l < expected.layers().size(); l++) {
            LayerInverse inverse = read.layers().get(l);
            assertThat(inverse.layer()).isEqualTo(expected.layers().get(l).layer());
            assertThat(inverse.damping()).isEqualTo(expected.layers().get(l).damping());
            Map<String, Entries> tensors = inverse.tensors();
            assertThat(tensors.keySet()).containsExactlyElementsOf(method.tensorNames());
            expected.layers()
                    .get(l)
                    .tensors()
                    .forEach((name, tensor) -> Near.assertSameBits(name, tensors.get(name), tensor));
        }
        ParameterVector d = Cases.one().vector(expected.shapes(), 1);
        Near.assertNear("P d", read.apply(d), expected.apply(d), 0);
        Near.assertNear(
                "P^½ d", read.inverseRoot().apply(d), expected.inverseRoot().apply(d), 0);
        Near.assertNear("P^−½ d", read.root().apply(d), expected.root().apply(d), 0);
        Near.assertNear("sample", read.sample(1, 2), expected.sample(1, 2), 0);
        assertThat(read.logDeterminant()).isEqualTo(expected.logDeterminant());
        assertThat(read.trace()).isEqualTo(expected.trace());
        Near.assertNear(
                "downdate",
                read.downdate(d, 0.1 / d.dot(read.apply(d))).apply(d),
                expected.downdate(d, 0.1 / d.dot(expected.apply(d))).apply(d),
                0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            factored        | activation_inverse=layer0[3, 3];layer1[4, 4] gradient_inverse=layer0[3, 3];layer1[2, 2]
            eigen           | activation_eigenvectors=layer0[3, 3];layer1[4, 4]\
             gradient_eigenvectors=layer0[3, 3];layer1[2, 2] eigenvalues=layer0[3, 3];layer1[2, 4]
            eigen-corrected | activation_eigenvectors=layer0[3, 3];layer1[4, 4]\
             gradient_eigenvectors=layer0[3, 3];layer1[2, 2] eigenvalues=layer0[3, 3];layer1[2, 4]
            exact           | exact_cholesky=layer0[9, 9];layer1[8, 8]
            full            | full_cholesky=full[17, 17]
            diagonal        | diagonal_inverse=layer0[3, 3];layer1[2, 4]
            """)
    void filesAreNamedKeyedAndShapedAsTheyShouldBe(String method, String files) throws IOException {
        ArtefactReader reader =
                ArtefactReader.open(write(preconditioner(method(method))), PreconditionerArtefact.FORMAT);
        TreeSet<String> names = new TreeSet<>(List.of("manifest.json"));
        StringBuilder found = new StringBuilder();
        for (String file : reader.files().keySet()) {
            names.add(file + ".safetensors");
            StringBuilder tensors = new StringBuilder();
            reader.tensors(file).asMap().forEach((key, tensor) -> {
                assertThat(tensor.dtype()).isEqualTo(Dtype.F64);
                tensors.append(tensors.isEmpty() ? "" : ";").append(key).append(tensor.shape());
            });
            found.append(found.isEmpty() ? "" : " ").append(file).append('=').append(tensors);
        }
        assertThat(found.toString().split(" (?=[a-z])", -1)).containsExactlyInAnyOrder(files.split(" (?=[a-z])", -1));
        assertThat(tree(directory)).containsExactlyElementsOf(names);
    }

    private static Method method(String key) {
        for (Method method : Method.values()) {
            if (method.toString().equals(key)) {
                return method;
            }
        }
        throw new IllegalArgumentException(key);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theManifestTellsTheMethodAndTheDampingOfEachLayer(Method method) {
        Preconditioner expected = preconditioner(method);
        ObjectNode manifest = ArtefactReader.open(write(expected), PreconditionerArtefact.FORMAT)
                .manifest();
        assertThat(manifest.path("format").asText()).isEqualTo("spark-kfac/preconditioner");
        assertThat(manifest.path("method").asText()).isEqualTo(method.toString());
        assertThat(manifest.path("damping").toString()).isEqualTo("{\"value\":0.2,\"relative\":true}");
        assertThat(manifest.path("layers")).hasSize(2);
        for (int l = 0; l < 2; l++) {
            LayerInverse inverse = expected.layers().get(method == Method.FULL ? 0 : l);
            assertThat(manifest.path("layers").get(l).path("name").asText()).isEqualTo("layer" + l);
            assertThat(manifest.path("layers").get(l).path("damping").asDouble())
                    .isEqualTo(inverse.damping());
        }
        assertThat(manifest.path("rows").asInt()).isEqualTo(9);
        assertThat(manifest.path("total_weight").asDouble()).isEqualTo(7.5);
        assertThat(manifest.has("unrelated")).isFalse();
    }

    /** An artefact whose checksums hold though tensors or manifest were changed. */
    private Location changed(
            Method method, String file, String key, UnaryOperator<DenseTensor> change, Consumer<ObjectNode> manifest) {
        ArtefactReader reader = ArtefactReader.open(write(preconditioner(method)), PreconditionerArtefact.FORMAT);
        Location copy = at(directory.resolve("changed"));
        try (ArtefactWriter writer = ArtefactWriter.create(copy, PreconditionerArtefact.FORMAT, true)) {
            for (String name : reader.files().keySet()) {
                Map<String, TensorSource> tensors =
                        new LinkedHashMap<>(reader.tensors(name).asMap());
                if (name.equals(file)) {
                    DenseTensor tensor = reader.tensors(name).dense(key);
                    tensors.put(key, change.apply(tensor));
                }
                writer.addFile(name, tensors);
            }
            ObjectNode fields = reader.manifest().deepCopy();
            fields.remove(List.of("format", "version", "files"));
            manifest.accept(fields);
            writer.commit(fields);
        }
        return copy;
    }

    private void assertRefused(Location location, String message) {
        assertThatThrownBy(() -> PreconditionerArtefact.read(location))
                .as(message)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(directory.resolve("changed").toString())
                .hasMessageContaining(message)
                .hasMessageEndingWith("; invert the statistics again");
    }

    private static DenseTensor with(DenseTensor tensor, int index, double value) {
        double[] values = tensor.values().clone();
        values[index] = value;
        return new DenseTensor(tensor.shape(), values);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void tensorsOfOtherShapesOrNotFiniteAreRefused(Method method) {
        String key = method == Method.FULL ? "full" : "layer1";
        for (String file : method.tensorNames()) {
            String place = "layer " + key + ": " + file;
            assertRefused(
                    changed(method, file, key, tensor -> new DenseTensor(Shape.of(1, 5), new double[5]), fields -> {}),
                    place + " is 1 × 5 but must be ");
            assertRefused(
                    changed(method, file, key, tensor -> DenseTensor.vector(1, 2), fields -> {}),
                    place + " is missing");
            for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
                assertRefused(
                        changed(method, file, key, tensor -> with(tensor, 1, value), fields -> {}),
                        place + " holds NaN or infinite numbers");
            }
            PreconditionerArtefact.read(changed(method, file, key, tensor -> tensor, fields -> {}));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, exact_cholesky, layer0, 0, 0, the diagonal of exact_cholesky must be positive",
        "EXACT, exact_cholesky, layer0, 10, -1, the diagonal of exact_cholesky must be positive",
        "FULL, full_cholesky, full, 18, -1e-3, the diagonal of full_cholesky must be positive",
        "EXACT, exact_cholesky, layer0, 1, 1e-9, exact_cholesky must be zero above its diagonal",
        "EIGEN, eigenvalues, layer1, 3, -1, eigenvalues must not be negative",
        "EIGEN_CORRECTED, eigenvalues, layer1, 0, -1e-9, eigenvalues must not be negative",
        "DIAGONAL, diagonal_inverse, layer1, 2, -1, diagonal_inverse must not be negative"
    })
    void whatNoInverseCanHoldIsRefused(
            Method method, String file, String key, int index, double value, String message) {
        assertRefused(changed(method, file, key, tensor -> with(tensor, index, value), fields -> {}), message);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aManifestWithoutMethodOrDampingIsRefused(Method method) {
        assertRefused(
                changed(method, "", "", tensor -> tensor, fields -> fields.put("method", "guess")),
                "method should be one of [factored, eigen, eigen-corrected, full, exact, diagonal], not 'guess'");
        assertDampingIsRefused(
                method, layer -> layer.remove("damping"), "layer layer0: damping should be a number ≥ 0");
        assertDampingIsRefused(
                method, layer -> layer.put("damping", -0.5), "layer layer0: damping should be a number ≥ 0");
        assertDampingIsRefused(method, layer -> layer.put("damping", "much"), "layers[0].damping should be a number");
    }

    private void assertDampingIsRefused(Method method, Consumer<ObjectNode> change, String message) {
        Consumer<ObjectNode> first =
                fields -> change.accept((ObjectNode) fields.path("layers").get(0));
        assertRefused(changed(method, "", "", tensor -> tensor, first), message);
    }
}
