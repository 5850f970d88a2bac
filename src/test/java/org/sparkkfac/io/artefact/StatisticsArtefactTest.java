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
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.Dtype;
import org.sparkkfac.io.tensors.IntegerTensor;
import org.sparkkfac.io.tensors.Shape;
import org.sparkkfac.io.tensors.Tensor;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Inverting;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

/** Statistics written and read again, and what an artefact of them is called and shaped. */
final class StatisticsArtefactTest {
    private static final Fisher FISHER = Fisher.monteCarlo(2, 9);
    private static final List<StatisticKind> ALL = List.of(StatisticKind.values());

    @TempDir
    private Path directory;

    /** Layers of 3 × (2+1) and 2 × (3+1) parameters. */
    private static StatisticsState collect(List<StatisticKind> kinds) {
        Cases random = Cases.one();
        Network network = random.chain("softmax", "tanh", 2, 3, 2);
        return Row.collect(kinds, network, FISHER, Precision.DOUBLE, random.rows(network, 9));
    }

    private Location write(StatisticsState state) {
        StatisticsArtefact.write(at(directory), state, FISHER, Provenance.none(), true);
        return at(directory);
    }

    private static void assertSameBits(StatisticsState actual, StatisticsState expected) {
        assertThat(actual.kinds()).isEqualTo(expected.kinds());
        assertThat(actual.layers()).isEqualTo(expected.layers());
        for (StatisticKind kind : expected.kinds()) {
            assertThat(actual.statistics(kind)).hasSameSizeAs(expected.statistics(kind));
            for (int i = 0; i < expected.statistics(kind).size(); i++) {
                Map<String, Entries> sums = actual.statistics(kind).get(i).sums();
                Map<String, Entries> expectedSums =
                        expected.statistics(kind).get(i).sums();
                assertThat(sums.keySet()).isEqualTo(expectedSums.keySet());
                expectedSums.forEach((name, sum) -> Near.assertSameBits(kind + " " + name, sums.get(name), sum));
            }
        }
        Near.assertNear(
                "gradient",
                actual.gradientSum().orElseThrow(),
                expected.gradientSum().orElseThrow(),
                0);
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.totalWeight()).isEqualTo(expected.totalWeight());
        // The manifest keeps the mean.
        Near.assertNear("loss", actual.lossSum(), expected.lossSum(), 1e-15);
    }

    @ParameterizedTest
    @EnumSource(StatisticKind.class)
    void eachKindComesBackBitForBit(StatisticKind kind) {
        StatisticsState state = collect(List.of(kind));
        StatisticsArtefact read = StatisticsArtefact.read(write(state));
        assertSameBits(read.statistics(), state);
        assertThat(read.fisher()).isEqualTo(FISHER);
        // A later write of what was read is the same artefact.
        StatisticsArtefact.write(at(directory.resolve("again")), read.statistics(), FISHER, Provenance.none(), false);
        assertSameBits(StatisticsArtefact.read(at(directory.resolve("again"))).statistics(), state);
    }

    @Test
    void allKindsTogetherComeBackBitForBit() {
        StatisticsState state = collect(ALL);
        StatisticsState read = StatisticsArtefact.read(write(state)).statistics();
        assertSameBits(read, state);
        for (Method method : Method.values()) {
            Preconditioner expected = Inverting.invert(state, method, Damping.relative(0.1), 1);
            Preconditioner actual = Inverting.invert(read, method, Damping.relative(0.1), 1);
            for (int l = 0; l < expected.layers().size(); l++) {
                Map<String, Entries> tensors = actual.layers().get(l).tensors();
                expected.layers()
                        .get(l)
                        .tensors()
                        .forEach((name, tensor) -> Near.assertSameBits(method + " " + name, tensors.get(name), tensor));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kronecker       | activation_covariance gradient_covariance num_activation_covariance_processed\
             num_gradient_covariance_processed
            exact-block     | exact_block
            diagonal        | diagonal
            eigen-corrected | activation_covariance gradient_covariance num_activation_covariance_processed\
             num_gradient_covariance_processed lambda_matrix num_lambda_processed activation_eigenvectors\
             activation_eigenvalues gradient_eigenvectors gradient_eigenvalues
            full            | full
            """)
    void aKindHasItsFilesAndNoOthers(String kind, String files) throws IOException {
        write(collect(
                List.of(StatisticKind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')))));
        TreeSet<String> expected = new TreeSet<>(List.of("manifest.json", "gradient.safetensors"));
        for (String file : files.split(" ", -1)) {
            expected.add(file + ".safetensors");
        }
        assertThat(tree(directory)).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            activation_covariance               | layer0 3 3   | layer1 4 4
            gradient_covariance                 | layer0 3 3   | layer1 2 2
            exact_block                         | layer0 9 9   | layer1 8 8
            diagonal                            | layer0 3 3   | layer1 2 4
            lambda_matrix                       | layer0 3 3   | layer1 2 4
            activation_eigenvectors             | layer0 3 3   | layer1 4 4
            activation_eigenvalues              | layer0 3     | layer1 4
            gradient_eigenvectors               | layer0 3 3   | layer1 2 2
            gradient_eigenvalues                | layer0 3     | layer1 2
            full                                | full 17 17   |
            num_activation_covariance_processed | layer0 1     | layer1 1
            num_gradient_covariance_processed   | layer0 1     | layer1 1
            num_lambda_processed                | layer0 1     | layer1 1
            """)
    void filesAreKeyedAndShapedAsTheyShouldBe(String file, String first, String second) {
        ArtefactReader reader = ArtefactReader.open(write(collect(ALL)), StatisticsArtefact.FORMAT);
        Tensors tensors = reader.tensors(file);
        Map<String, String> expected = new LinkedHashMap<>();
        for (String tensor : second == null ? List.of(first) : List.of(first, second)) {
            String[] words = tensor.split(" ", 2);
            expected.put(words[0], "[" + words[1].replace(" ", ", ") + "]");
        }
        Map<String, String> found = new LinkedHashMap<>();
        tensors.asMap().forEach((name, tensor) -> found.put(name, tensor.shape().toString()));
        assertThat(found).isEqualTo(expected);
        boolean isCount = file.startsWith("num_");
        tensors.asMap()
                .values()
                .forEach(tensor -> assertThat(tensor.dtype()).isEqualTo(isCount ? Dtype.I64 : Dtype.F64));
        if (isCount) {
            assertThat(tensors.count("layer1")).isEqualTo(9);
        }
    }

    /** Row by row, so that other programs find in entry (i, j) what is there. */
    @Test
    void matricesThatAreNotSymmetricAreRowMajor() {
        StatisticsState state = collect(ALL);
        ArtefactReader reader = ArtefactReader.open(write(state), StatisticsArtefact.FORMAT);
        for (String name : List.of("activation_eigenvectors", "lambda_matrix")) {
            Entries expected = state.statistics(StatisticKind.EIGEN_CORRECTED)
                    .get(1)
                    .sums()
                    .get(name);
            double[] values = reader.tensors(name).dense("layer1").values();
            for (int i = 0; i < expected.rows(); i++) {
                for (int j = 0; j < expected.columns(); j++) {
                    assertThat(values[i * expected.columns() + j]).isEqualTo(expected.get(i, j));
                }
            }
            Near.assertFar(name + " by columns", values, expected.toDense(1).toArray());
        }
    }

    @Test
    void theManifestSaysWhatTheSumsAreOf() {
        StatisticsState state = collect(ALL);
        ObjectNode manifest = StatisticsArtefact.read(write(state)).manifest();
        assertThat(manifest.path("format").asText()).isEqualTo("spark-kfac/statistics");
        assertThat(manifest.path("layers")).hasSize(2);
        assertThat(manifest.path("layers").get(1).toString())
                .isEqualTo("{\"name\":\"layer1\",\"in\":3,\"out\":2,\"bias\":true}");
        assertThat(manifest.path("rows").asLong()).isEqualTo(9);
        assertThat(manifest.path("total_weight").asDouble()).isEqualTo(state.totalWeight());
        assertThat(manifest.path("mean_loss").asDouble())
                .isEqualTo(state.meanLoss().orElseThrow());
        assertThat(manifest.path("fisher").toString()).isEqualTo("{\"type\":\"monte-carlo\",\"samples\":2,\"seed\":9}");
    }

    /** A copy whose checksums hold though one tensor of one file was changed. */
    private Location changed(ArtefactReader reader, String file, Consumer<Map<String, TensorSource>> change) {
        Location copy = at(directory.resolve("changed"));
        try (ArtefactWriter writer = ArtefactWriter.create(copy, StatisticsArtefact.FORMAT, true)) {
            for (String name : reader.files().keySet()) {
                Map<String, TensorSource> tensors =
                        new LinkedHashMap<>(reader.tensors(name).asMap());
                if (name.equals(file)) {
                    change.accept(tensors);
                }
                writer.addFile(name, tensors);
            }
            ObjectNode fields = reader.manifest().deepCopy();
            fields.remove(List.of("format", "version", "files"));
            writer.commit(fields);
        }
        return copy;
    }

    private static DenseTensor reshaped(Tensor tensor, long... extents) {
        Shape shape = Shape.of(extents);
        double[] values = ((DenseTensor) tensor).values();
        return new DenseTensor(shape, java.util.Arrays.copyOf(values, Math.toIntExact(shape.size())));
    }

    @ParameterizedTest
    @CsvSource({
        "activation_covariance, layer1",
        "gradient_covariance, layer0",
        "exact_block, layer1",
        "diagonal, layer0",
        "lambda_matrix, layer1",
        "activation_eigenvectors, layer0",
        "activation_eigenvalues, layer1",
        "gradient_eigenvectors, layer1",
        "gradient_eigenvalues, layer0",
        "full, full"
    })
    void tensorsLostOrOfOtherShapesOrTypesAreRefused(String file, String key) {
        StatisticKind kind = ALL.stream()
                .filter(any -> any.names().contains(file))
                .findFirst()
                .orElseThrow();
        StatisticsState state = collect(List.of(kind));
        ArtefactReader reader = ArtefactReader.open(write(state), StatisticsArtefact.FORMAT);
        assertSameBits(
                StatisticsArtefact.read(changed(reader, file, tensors -> {})).statistics(), state);
        DenseTensor tensor = reader.tensors(file).dense(key);
        Map<String, Consumer<Map<String, TensorSource>>> changes = new LinkedHashMap<>();
        changes.put(" is 1 × 5 but must be ", tensors -> tensors.put(key, reshaped(tensor, 1, 5)));
        changes.put("' is [1, 2, 1] but should be a matrix", tensors -> tensors.put(key, reshaped(tensor, 1, 2, 1)));
        changes.put("' is [] but should be a matrix", tensors -> tensors.put(key, reshaped(tensor)));
        changes.put("' holds integers", tensors -> tensors.put(key, IntegerTensor.count(3)));
        changes.put("no tensor '", tensors -> {
            tensors.put("elsewhere", tensor);
            tensors.remove(key);
        });
        changes.forEach(
                (message, change) -> assertThatThrownBy(() -> StatisticsArtefact.read(changed(reader, file, change)))
                        .as(message)
                        .isInstanceOf(UserException.class)
                        .hasMessageStartingWith(directory.resolve("changed").toString())
                        .hasMessageContaining(key)
                        .hasMessageContaining(message));
    }

    /** A basis without its corrections is nothing, corrections without all of their basis are damaged. */
    @ParameterizedTest
    @CsvSource({"activation_eigenvectors", "activation_eigenvalues", "gradient_eigenvectors", "gradient_eigenvalues"})
    void correctionsWithoutTheirBasisAreRefused(String file) {
        StatisticsState state = collect(List.of(StatisticKind.EIGEN_CORRECTED));
        ArtefactReader reader = ArtefactReader.open(write(state), StatisticsArtefact.FORMAT);
        Location copy = at(directory.resolve("without"));
        try (ArtefactWriter writer = ArtefactWriter.create(copy, StatisticsArtefact.FORMAT, false)) {
            for (String name : reader.files().keySet()) {
                if (!name.equals(file)) {
                    writer.addFile(name, reader.tensors(name).asMap());
                }
            }
            ObjectNode fields = reader.manifest().deepCopy();
            fields.remove(List.of("format", "version", "files"));
            writer.commit(fields);
        }
        assertThatThrownBy(() -> StatisticsArtefact.read(copy))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(directory.resolve("without").toString())
                .hasMessageContaining(file);
    }
}
