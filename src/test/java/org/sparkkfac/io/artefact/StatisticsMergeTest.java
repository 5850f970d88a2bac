package org.sparkkfac.io.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sparkkfac.io.artefact.Fixtures.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.Provenance;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;
import org.sparkkfac.testing.Row;

class StatisticsMergeTest {
    private static final List<StatisticKind> SUMS =
            List.of(StatisticKind.KRONECKER, StatisticKind.EXACT_BLOCK, StatisticKind.DIAGONAL, StatisticKind.FULL);

    @TempDir
    private Path directory;

    private final Cases random = Cases.one();
    private final Network network = random.chain("softmax", "tanh", 4, 5, 3);
    private final List<Row> rows = random.rows(network, 30);

    @BeforeEach
    void rowsHaveWeights() {
        assertThat(rows).anyMatch(row -> row.weight() != 1);
    }

    private static StatisticsState collect(Network network, List<StatisticKind> kinds, Fisher fisher, List<Row> rows) {
        return new StatisticsPlan(kinds, fisher, Precision.DOUBLE, 1024)
                .collect(network, LocalPass.of(Precision.DOUBLE, Row.blocks(Precision.DOUBLE, network.inputs(), rows)));
    }

    private static Provenance provenance(String fingerprint) {
        return new Provenance(
                Json.object().put("of", fingerprint), Json.object().put("fingerprint", fingerprint), Json.object());
    }

    private String fingerprint(int hash, int rows) {
        return String.format("%016x-%d", hash, rows);
    }

    private Location write(String name, StatisticsState state, Fisher fisher, Provenance provenance) {
        Location location = at(directory.resolve(name));
        StatisticsArtefact.write(location, state, fisher, provenance, false);
        return location;
    }

    /** An artefact of some of the rows, with a fingerprint of its own. */
    private Location part(String name, int from, int to) {
        StatisticsState state = collect(network, SUMS, Fisher.exact(), rows.subList(from, to));
        return write(name, state, Fisher.exact(), provenance(fingerprint(from + 1, to - from)));
    }

    private static StatisticsMerge merge(Location... parts) {
        return StatisticsMerge.of(List.of(parts), Collections.nCopies(parts.length, 1.0), List.of(), false);
    }

    private Location written(String name, StatisticsMerge merge) {
        return write(name, merge.sum(part -> {}), merge.fisher(), merge.provenance(Json.object()));
    }

    private static void assertNear(StatisticsState actual, StatisticsState expected, double tolerance) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.kinds()).isEqualTo(expected.kinds());
        Near.assertNear("weight", actual.totalWeight(), expected.totalWeight(), 1e-14);
        Near.assertNear("loss", actual.lossSum(), expected.lossSum(), tolerance);
        Near.assertNear(
                "gradient",
                actual.gradientSum().orElseThrow(),
                expected.gradientSum().orElseThrow(),
                tolerance);
        for (StatisticKind kind : expected.kinds()) {
            for (int i = 0; i < expected.statistics(kind).size(); i++) {
                var own = actual.statistics(kind).get(i).sums();
                expected.statistics(kind)
                        .get(i)
                        .sums()
                        .forEach((name, sum) -> Near.assertNear(name, own.get(name), sum, tolerance));
            }
        }
    }

    private static void refused(String message, Location... parts) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> merge(parts))
                .withMessageContaining(message);
    }

    @Test
    void mergingPartsIsOneCollectionToRounding() {
        StatisticsState whole = collect(network, SUMS, Fisher.exact(), rows);
        List<String> log = new ArrayList<>();
        StatisticsMerge merge = merge(part("a", 0, 7), part("b", 7, 19), part("c", 19, 30));
        StatisticsState sum = merge.sum(part -> log.add(part.directory().path().getName()));
        assertNear(sum, whole, 1e-12);
        assertThat(log).containsExactly("a", "b", "c");

        Location written = write("sum", sum, merge.fisher(), merge.provenance(Json.object()));
        StatisticsArtefact read = StatisticsArtefact.read(written);
        assertNear(read.statistics(), whole, 1e-12);
        assertThat(read.fisher()).isEqualTo(Fisher.exact());
    }

    @Test
    void weightsForgetSumsButNotRows() {
        Location yesterday = part("a", 0, 12);
        Location today = part("b", 12, 30);
        List<Row> faded = Stream.concat(
                        rows.subList(0, 12).stream().map(row -> row.withWeight(0.9 * row.weight())),
                        rows.subList(12, 30).stream())
                .toList();
        StatisticsMerge merge = StatisticsMerge.of(List.of(yesterday, today), List.of(0.9, 1.0), List.of(), false);
        assertNear(merge.sum(part -> {}), collect(network, SUMS, Fisher.exact(), faded), 1e-12);
        assertThat(merge.parts()).extracting(StatisticsPart::weight).containsExactly(0.9, 1.0);
    }

    @Test
    void theManifestNamesThePartsAndThoseOfThePartsThatAreSums() {
        Location a = part("a", 0, 10);
        Location week =
                written("week", StatisticsMerge.of(List.of(a, part("b", 10, 20)), List.of(0.5, 1.0), List.of(), false));
        Location all = written(
                "all", StatisticsMerge.of(List.of(week, part("c", 20, 30)), List.of(0.5, 1.0), List.of(), false));

        ObjectNode manifest = StatisticsArtefact.read(all).manifest();
        JsonNode merged = manifest.path("merged");
        assertThat(merged.findValuesAsText("path"))
                .containsExactly(directory + "/a", directory + "/b", directory + "/c");
        assertThat(merged.findValuesAsText("weight")).containsExactly("0.25", "0.5", "1.0");
        assertThat(merged.findValuesAsText("rows")).containsExactly("10", "10", "10");
        assertThat(merged.findValuesAsText("fingerprint"))
                .containsExactly(fingerprint(1, 10), fingerprint(11, 10), fingerprint(21, 10));
        double weight = 0;
        for (JsonNode part : merged) {
            weight += part.path("weight").asDouble() * part.path("total_weight").asDouble();
        }
        Near.assertNear("total weight", manifest.path("total_weight").asDouble(), weight, 1e-14);
        assertThat(manifest.path("rows").asInt()).isEqualTo(30);
        assertThat(manifest.path("config").path("of").asText()).isEqualTo(fingerprint(1, 10));
        // What one collection over all rows would have: the sums of the rows' hashes and of the rows.
        assertThat(manifest.path("data").path("fingerprint").asText()).isEqualTo(fingerprint(33, 30));
    }

    @Test
    void rowsThatWouldCountTwiceAreRefusedUnlessAllowed() throws IOException {
        Location a = part("a", 0, 10);
        Location b = part("b", 10, 20);
        Location week = written("week", merge(a, b));
        Location copy = at(Files.createDirectory(directory.resolve("copy")));
        for (String file : Fixtures.tree(directory.resolve("a"))) {
            Files.copy(
                    directory.resolve("a").resolve(file),
                    directory.resolve("copy").resolve(file));
        }
        refused(directory + "/a: is given twice", a, b, a);
        refused(
                directory + "/a and " + directory + "/b/../a: are the same directory",
                a,
                at(directory.resolve("b/../a")));
        refused(directory + "/a and " + directory + "/copy: hold the same rows", a, copy);
        refused(directory + "/week and " + directory + "/b: hold the same rows", week, b);

        StatisticsMerge twice = StatisticsMerge.of(List.of(a, a), List.of(1.0, 1.0), List.of(), true);
        assertThat(twice.sum(part -> {}).rows()).isEqualTo(20);
        // A sum in which rows are there twice, as was allowed, is no offence by itself.
        written("twice", twice);
        assertThat(merge(at(directory.resolve("twice")), b).sum(part -> {}).rows())
                .isEqualTo(30);
    }

    @Test
    void whatDiffersIsSaid() {
        Location a = part("a", 0, 10);
        String pair = "cannot merge " + directory + "/a and " + directory + "/b";
        Network wider = random.chain("softmax", "tanh", 4, 6, 3);
        Network deeper = random.chain("softmax", "tanh", 4, 5, 5, 3);
        List<Row> few = rows.subList(10, 14);
        refused(
                "layer layer0 is 5 × 4 + bias and 6 × 4 + bias; collect both with the same model and the same layers",
                a,
                write("wide", collect(wider, SUMS, Fisher.exact(), few), Fisher.exact(), Provenance.none()));
        refused(
                "the layers are [layer0, layer1] and [layer0, layer1, layer2]",
                a,
                write("deep", collect(deeper, SUMS, Fisher.exact(), few), Fisher.exact(), Provenance.none()));
        refused(
                "the Fisher matrix is exact and empirical; collect both with the same type",
                a,
                write("emp", collect(network, SUMS, Fisher.empirical(), few), Fisher.empirical(), Provenance.none()));
        Fisher two = Fisher.monteCarlo(2, 0);
        Fisher three = Fisher.monteCarlo(3, 0);
        refused(
                "the draws of a row are 2 and 3",
                write("two", collect(network, SUMS, two, few), two, Provenance.none()),
                write("three", collect(network, SUMS, three, few), three, Provenance.none()));
        List<Row> unlabelled = few.stream().map(Row::withoutLabel).toList();
        refused(
                "only " + directory + "/a has loss and gradient; collect both with labels",
                a,
                write("bare", collect(network, SUMS, Fisher.exact(), unlabelled), Fisher.exact(), Provenance.none()));
        refused(
                pair + ": the kinds are kronecker,exact-block,diagonal,full and kronecker,diagonal; collect both"
                        + " with the same kinds,"
                        + " or merge only what both have, kronecker,diagonal",
                a,
                write(
                        "b",
                        collect(network, List.of(StatisticKind.KRONECKER, StatisticKind.DIAGONAL), Fisher.exact(), few),
                        Fisher.exact(),
                        Provenance.none()));
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> StatisticsMerge.of(
                        List.of(a, at(directory.resolve("b"))), List.of(1.0, 1.0), List.of(StatisticKind.FULL), false))
                .withMessage("kinds to merge: " + directory
                        + "/b has no full, only kronecker,diagonal; leave it out, or collect it there too");
    }

    @Test
    void anotherModelOrPrecisionIsRefusedWhereBothSayWhichTheyHad() {
        StatisticsState state = collect(network, SUMS, Fisher.exact(), rows.subList(0, 4));
        ObjectNode one = Json.object().put("fingerprint", "abc");
        ObjectNode other = Json.object().put("fingerprint", "def");
        Location a = write("a", state, Fisher.exact(), Provenance.none().with("model", one));
        Location b = write("b", state, Fisher.exact(), Provenance.none().with("model", other));
        Location old = write("old", state, Fisher.exact(), Provenance.none());
        refused("the layers are the same but the model is not, fingerprint abc and def", a, b);
        assertThat(merge(a, old).parts()).hasSize(2);
        Location half =
                write("half", state, Fisher.exact(), Provenance.none().with("precision", TextNode.valueOf("single")));
        Location full =
                write("full", state, Fisher.exact(), Provenance.none().with("precision", TextNode.valueOf("double")));
        refused("the precision is single and double", half, full);
    }

    @Test
    void someKindsCanBeMergedAlone() {
        Location a = part("a", 0, 10);
        Location b = part("b", 10, 30);
        List<StatisticKind> kinds = List.of(StatisticKind.DIAGONAL);
        StatisticsMerge merge = StatisticsMerge.of(List.of(a, b), List.of(1.0, 1.0), kinds, false);
        assertNear(merge.sum(part -> {}), collect(network, kinds, Fisher.exact(), rows), 1e-12);
    }

    @Test
    void correctionsAddOnlyInTheSameBasis() {
        List<StatisticKind> kinds = List.of(StatisticKind.KRONECKER, StatisticKind.EIGEN_CORRECTED);
        StatisticsState first = collect(network, kinds, Fisher.exact(), rows.subList(0, 15));
        StatisticsState second = collect(network, kinds, Fisher.exact(), rows.subList(15, 30));
        Location a = write("a", first, Fisher.exact(), Provenance.none());
        Location b = write("b", second, Fisher.exact(), Provenance.none());
        refused(
                "eigen-corrected was measured in two different eigenbases; collect it over the rows of both at once,"
                        + " or merge only kronecker",
                a,
                b);
        List<StatisticKind> kronecker = List.of(StatisticKind.KRONECKER);
        assertNear(
                StatisticsMerge.of(List.of(a, b), List.of(1.0, 1.0), kronecker, false)
                        .sum(part -> {}),
                collect(network, kronecker, Fisher.exact(), rows),
                1e-12);

        List<EigenBasis> bases = EigenBasis.of(first);
        StatisticsPlan plan = StatisticsPlan.of(Fisher.exact(), StatisticKind.EIGEN_CORRECTED);
        StatisticsState[] parts = new StatisticsState[3];
        int[][] ranges = {{0, 15}, {15, 30}, {0, 30}};
        for (int k = 0; k < 3; k++) {
            parts[k] = LocalPass.of(
                            Precision.DOUBLE, Row.blocks(Precision.DOUBLE, 4, rows.subList(ranges[k][0], ranges[k][1])))
                    .run(network, plan.corrections(network, bases))
                    .of(Statistics.class);
        }
        StatisticsState sum = merge(
                        write("c", parts[0], Fisher.exact(), Provenance.none()),
                        write("d", parts[1], Fisher.exact(), Provenance.none()))
                .sum(part -> {});
        for (int l = 0; l < 2; l++) {
            var own = sum.statistics(StatisticKind.EIGEN_CORRECTED).get(l).sums();
            parts[2].statistics(StatisticKind.EIGEN_CORRECTED)
                    .get(l)
                    .sums()
                    .forEach((name, expected) -> Near.assertNear(name, own.get(name), expected, 1e-12));
        }
    }

    @Test
    void wrongWeightsAreRefusedAndOverflowIsNumerical() {
        Location a = part("a", 0, 10);
        Location b = part("b", 10, 20);
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> StatisticsMerge.of(List.of(a, b), List.of(1.0, wrong), List.of(), false))
                    .withMessage("factors of the parts: must be finite numbers ≥ 0, not " + wrong);
        }
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> StatisticsMerge.of(List.of(a, b), List.of(0.0, 0.0), List.of(), false))
                .withMessageContaining("would leave nothing of the rows");
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> StatisticsMerge.of(List.of(a, b), List.of(1.0), List.of(), false))
                .withMessageStartingWith("factors of the parts: 1 for 2 directories; give each one");
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> StatisticsMerge.of(List.of(a, b), List.of(1e307, 1e307), List.of(), false)
                        .sum(part -> {}))
                .withMessageContaining("in the sum; give the parts smaller weights");
    }

    @Test
    void aModelsFingerprintIsThatOfItsNumbers() {
        String fingerprint = ModelDirectory.fingerprint(network);
        Location model = at(directory.resolve("model"));
        ModelDirectory.write(model, network, false);
        assertThat(ModelDirectory.fingerprint(ModelDirectory.read(model))).isEqualTo(fingerprint);
        var changed = network.parameters().copy();
        changed.block(1).set(0, 0, Math.nextUp(changed.block(1).get(0, 0)));
        assertThat(ModelDirectory.fingerprint(network.withParameters(changed))).isNotEqualTo(fingerprint);
        Network otherActivation = Cases.one().chain("softmax", "relu", 4, 5, 3);
        assertThat(ModelDirectory.fingerprint(otherActivation.withParameters(network.parameters())))
                .isNotEqualTo(fingerprint);
    }
}
