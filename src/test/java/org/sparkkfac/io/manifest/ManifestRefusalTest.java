package org.sparkkfac.io.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Json;

/** A malformed manifest is refused in one line with file, key and mend; what need not be there may be missing. */
final class ManifestRefusalTest {
    private static final String STATISTICS = "{'layers': [{'name': 'l', 'in': 3, 'out': 2, 'bias': true}], 'rows': 9,"
            + " 'total_weight': 9.0, 'fisher': {'type': 'exact', 'samples': 1, 'seed': 0}}";
    private static final String PRECONDITIONER =
            "{'layers': [{'name': 'l', 'in': 3, 'out': 2, 'bias': true, 'damping': 0.1}], 'method': 'eigen'}";
    private static final String MODEL = "{'format': 'spark-kfac/model', 'version': 1, 'inputs': 2, 'nodes':"
            + " [{'name': 'l', 'op': 'dense', 'units': 2}], 'likelihood': {'type': 'softmax'}}";

    private static com.fasterxml.jackson.databind.node.ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "file");
    }

    private static String changed(String text, String from, String to) {
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    @Test
    void whatNeedNotBeThereMayBeMissing() {
        StatisticsManifest statistics = StatisticsManifest.read(json(STATISTICS), "file");
        assertThat(statistics.allSkipped().count()).isZero();
        assertThat(statistics.meanLoss()).isNull();
        assertThat(StatisticsManifest.read(json(changed(STATISTICS, ", 'bias': true", "")), "file")
                        .layers()
                        .get(0)
                        .bias())
                .isEqualTo(false);
        assertThat(StatisticsManifest.read(json(changed(STATISTICS, ", 'samples': 1, 'seed': 0", "")), "file")
                        .fisher()
                        .toFisher()
                        .samples())
                .isEqualTo(1);
        assertThat(PreconditionerManifest.read(json(PRECONDITIONER), "file").damping())
                .isNull();
        assertThat(StatisticsManifest.read(json(changed(STATISTICS, "{'layers'", "{'new': 1, 'layers'")), "file"))
                .isEqualTo(statistics);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'rows': 9,                | ''                     | rows should be a whole number
            'rows': 9                 | 'rows': 1.5            | rows should be a whole number
            'rows': 9                 | 'rows': '9'            | rows should be a whole number
            'rows': 9                 | 'rows': null           | rows should be a whole number
            'rows': 9                 | 'rows': -1             | rows should be a whole number ≥ 0
            'rows': 9                 | 'rows': 1e999          | rows should be a whole number
            'rows': 9                 | 'rows': 99999999999999999999 | rows is out of range
            'total_weight': 9.0       | 'total_weight': 'x'    | total_weight should be a number
            'total_weight': 9.0       | 'total_weight': -2     | total_weight should be a finite number ≥ 0
            'total_weight': 9.0       | 'total_weight': 1e999  | total_weight should be a finite number ≥ 0
            'type': 'exact'           | 'type': 'exactly'      | fisher.type should be one of [exact, monte-carlo, empirical]
            'type': 'exact'           | 'type': null           | fisher: a value is missing
            'fisher'                  | 'fishes'               | fisher should be an object
            'in': 3                   | 'in': '3'              | layers[0].in should be a whole number
            'in': 3                   | 'in': 0                | layers[0]: layer 'l' cannot map 0 inputs to 2
            'in': 3,                  | ''                     | layers[0].in should be a whole number
            'name': 'l'               | 'name': 5              | layers[0].name should be text
            'name': 'l'               | 'name': null           | layers[0]: a value is missing
            'layers'                  | 'players'              | layers should be a list
            [{'name': 'l', 'in': 3, 'out': 2, 'bias': true}] | [] | lists no layers
            'bias': true}             | 'bias': true}, {'name': 'l', 'in': 2, 'out': 2} | two layers are called 'l'
            """)
    void statistics(String from, String to, String message) {
        String wrong = changed(STATISTICS, from, to.equals("''") ? "" : to);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> StatisticsManifest.read(json(wrong), "a/manifest.json"))
                .withMessageStartingWith("a/manifest.json: " + message)
                .withMessageEndingWith("; the artefact is damaged, write it again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'method': 'eigen'  | 'method': 'magic' | method should be one of [factored, eigen,
            'damping': 0.1     | 'damping': -1     | layers[0]: layer l: damping should be a number ≥ 0
            'damping': 0.1     | 'damping': 'x'    | layers[0].damping should be a number
            , 'damping': 0.1   | ''                | layer l: damping should be a number ≥ 0
            'method'           | 'methods'         | method should be one of [factored, eigen,
            """)
    void preconditioner(String from, String to, String message) {
        String wrong = changed(PRECONDITIONER, from, to.equals("''") ? "" : to);
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> PreconditionerManifest.read(json(wrong), "a/manifest.json"))
                .withMessageStartingWith("a/manifest.json: " + message)
                .withMessageEndingWith("; invert the statistics again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            /model'              | /statistics'      | format should be "spark-kfac/model"
            'version': 1         | 'version': 0      | version should be 1
            'version': 1         | 'version': 2      | is version 2 but this spark-kfac reads up to 1
            'inputs': 2          | 'inputs': 0       | inputs should be the number of features, a whole number ≥ 1
            'inputs': 2          | 'inputs': 'two'   | inputs should be a whole number
            'nodes'              | 'node'            | unknown key 'node'
            'op': 'dense'        | 'op': 3           | every node should have a name and an op, as text; found {"name":"l"
            'units': 2           | 'units': 'two'    | units should be a number, true or false, not two
            'units': 2           | 'units': 2, 'inputs': 'l' | inputs of a node should be a list of names
            'units': 2           | 'units': 2, 'inputs': []  | inputs of a node should be a list of names
            'type': 'softmax'    | 'kind': 'softmax' | likelihood should have a type, one of
            'type': 'softmax'    | 'type': 'hardmax' | unknown likelihood 'hardmax'; choose one of
            'softmax'}           | 'softmax', 'variance': 'x'} | likelihood: variance should be a number
            """)
    void model(String from, String to, String message) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> ModelDescription.read(json(changed(MODEL, from, to)), "model.json")
                        .network("model.json"))
                .withMessageStartingWith("model.json: " + message);
    }

    /** Constants keep their order, which the fingerprint of a model depends on. */
    @Test
    void aModelIsWrittenAsItWasRead() {
        String text = changed(MODEL, "'units': 2", "'bias': false, 'units': 2");
        ModelDescription description = ModelDescription.read(json(text), "model.json");
        assertThat(Json.object(ModelDescription.of(description.network("model.json"))))
                .isEqualTo(json(text));
    }
}
