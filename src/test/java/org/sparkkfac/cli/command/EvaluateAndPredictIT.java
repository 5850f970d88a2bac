package org.sparkkfac.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.cli.Kfac;
import org.sparkkfac.cli.failure.ExitCodes;
import org.sparkkfac.testing.LocalSpark;

/** Two commands that use a model as it is, on the sample data. */
final class EvaluateAndPredictIT {
    private static final Path DATA = Kfac.PROJECT.resolve("sample-data");

    @TempDir
    private Path directory;

    @Test
    void theSampleModelIsEvaluated() throws Exception {
        String text = run("evaluate", "data.where=id % 5 = 0").succeeded().out();
        assertThat(text)
                .startsWith("360 rows, total weight 360.0\nfigure")
                .contains("accuracy", "precision", "label ↓");

        Kfac.Result result =
                Kfac.run(arguments("evaluate", List.of(), "--json")).succeeded();
        JsonNode json = new ObjectMapper().readTree(result.out());
        // sample-data/README.md: 1,438 rows with a mean loss of 0.0346 and 359 with 0.0880.
        assertThat(json.path("loss").asDouble()).isBetween(0.0452, 0.0453);
        assertThat(json.path("rows").asInt()).isEqualTo(1797);
        double right = 0;
        for (int c = 0; c < 10; c++) {
            right += json.path("confusion").path(c).path(c).asDouble();
        }
        assertThat(right).isEqualTo(1785);
        assertThat(json.path("accuracy").asDouble()).isEqualTo(1785.0 / 1797);
        assertThat(json.path("classes").path(8).path("weight").asInt()).isEqualTo(174);
    }

    @Test
    void predictionsAgreeWithTheEvaluation() throws Exception {
        Path output = directory.resolve("predictions");
        String text = Kfac.run(arguments("predict", List.of(), "--output", output, "--keep", "id,label"))
                .succeeded()
                .out();
        assertThat(text).startsWith("wrote 1,797 predictions to " + output + "\n");
        Dataset<Row> predictions = LocalSpark.shared().read().parquet(output.toString());
        assertThat(predictions.columns()).containsExactly("id", "label", "probability", "prediction");
        assertThat(predictions.where("prediction = label").count()).isEqualTo(1785);
        assertThat(predictions.select("id").distinct().count()).isEqualTo(1797);
        assertThat(files()).noneMatch(name -> name.contains(".tmp"));
    }

    @Test
    void whatIsWrongIsSaidInOneLineAndLeavesNothing() throws Exception {
        Path output = directory.resolve("predictions");
        assertRefused("model.json: no such file", arguments("evaluate", List.of(), "--model", directory));
        assertRefused("need labels", arguments("evaluate", List.of("data.label=null")));
        assertRefused(
                "no such file or directory", arguments("predict", List.of("data.path=nowhere"), "--output", output));
        assertRefused(
                "column 'nonsense' is not in the data",
                arguments("predict", List.of(), "--output", output, "--keep", "nonsense"));
        assertRefused(
                "column 'id' would be kept twice",
                arguments("predict", List.of(), "--output", output, "--keep", "id,label,id"));
        assertRefused(
                "features has 64 numbers but the network has 6 inputs",
                arguments("predict", List.of(), "--output", output, "--model", smallModel()));
        assertRefused(
                "lies in --output",
                arguments(
                        "predict",
                        List.of("data.bad-rows=quarantine", "data.quarantine-path=" + output + "/bad"),
                        "--output",
                        output));
        assertThat(files()).noneMatch(name -> name.contains("predictions"));
    }

    @Test
    void badRowsGoToQuarantine() throws Exception {
        Path csv = directory.resolve("rows.csv");
        Files.writeString(csv, "id,a,b,c,d,e,f\n1,1,2,3,4,5,6\n2,1,2,,4,5,6\n3,6,5,4,3,2,1\n");
        Path output = directory.resolve("predictions");
        Path bad = directory.resolve("bad");
        Kfac.Result result = Kfac.run(
                "predict",
                "--master",
                "local[2]",
                "--model",
                smallModel(),
                "--output",
                output,
                "--set",
                "data.format=csv",
                "--set",
                "data.path=" + csv,
                "--set",
                "data.options={header=true}",
                "--set",
                "data.features=[a,b,c,d,e,f]",
                "--set",
                "data.label=null",
                "--set",
                "data.id=id",
                "--set",
                "data.bad-rows=quarantine",
                "--set",
                "data.quarantine-path=" + bad);
        assertThat(result.succeeded().out())
                .contains("left out 1 bad row(s): 1 null; the first is", "wrote the bad rows to " + bad)
                .contains("wrote 2 predictions to " + output);
        assertThat(LocalSpark.shared()
                        .read()
                        .parquet(bad.toString())
                        .select("id")
                        .first()
                        .getString(0))
                .isEqualTo("2");
    }

    private Path smallModel() {
        Path model = directory.resolve("small");
        Kfac.run("init", "--layers", "6-2", "--likelihood", "poisson", "--overwrite", "--output", model)
                .succeeded();
        return model;
    }

    private static void assertRefused(String problem, Object... arguments) {
        Kfac.Result result = Kfac.run(arguments);
        assertThat(result.errors()).singleElement().asString().contains(problem);
        assertThat(result.code()).isEqualTo(ExitCodes.USER);
    }

    private static Kfac.Result run(String command, String... settings) {
        return Kfac.run(arguments(command, List.of(settings)));
    }

    private static Object[] arguments(String command, List<String> settings, Object... options) {
        List<Object> arguments = new ArrayList<>(List.of(
                command,
                "--conf",
                Kfac.PROJECT.resolve("conf/digits.conf"),
                "--master",
                "local[2]",
                "--set",
                "model.path=" + DATA.resolve("digits-model"),
                "--set",
                "data.path=" + DATA.resolve("digits.parquet")));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        arguments.addAll(List.of(options));
        return arguments.toArray();
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString()).toList();
        }
    }
}
