package org.sparkkfac.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.cli.Kfac;
import org.sparkkfac.cli.failure.ExitCodes;

/** {@code kfac plan}: what it foretells is what collect then says, and what cannot fit is refused. */
class PlanIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private Path conf(String model, String data, String more) throws IOException {
        return Files.writeString(
                directory.resolve("plan.conf"),
                "model.path = \"" + model + "\"\ndata { path = \"" + data + "\", features = features, label = label }\n"
                        + "output.path = \"" + directory.resolve("out") + "\"\n" + more);
    }

    private Path digits(String more) throws IOException {
        Path data = Kfac.PROJECT.resolve("sample-data");
        return conf(data.resolve("digits-model") + "", data.resolve("digits.parquet") + "", more);
    }

    @Test
    void rowsGroupsAndStateAreThoseOfTheCollection() throws Exception {
        Path conf = digits("data.split-bytes = 8KiB\nstatistics.groups = 5\n");
        JsonNode plan = JSON.readTree(Kfac.run("plan", "--conf", conf, "--master", "local[2]", "--json")
                .succeeded()
                .out());
        assertThat(SparkSession.getDefaultSession().isDefined())
                .as("Spark was started")
                .isFalse();
        String collected = Kfac.run("collect", "--conf", conf, "--master", "local[2]")
                .succeeded()
                .out();

        assertThat(plan.path("rows").asInt()).isEqualTo(1797);
        assertThat(collected)
                .contains(plan.path("groups").asInt() + " group(s) of "
                        + plan.path("files").path("splits").asInt() + " split(s)");
        assertThat(plan.path("tasks_at_once").asInt()).isEqualTo(2);
        // Gradient, 65² and 33² activations and 32² and 10² gradients: each below one tile, and so dense.
        assertThat(plan.path("state_bytes").asInt()).isEqualTo(8 * (2410 + 65 * 65 + 32 * 32 + 33 * 33 + 10 * 10));
        assertThat(plan.path("fits").asBoolean()).isTrue();
        assertThat(plan.path("seconds").asDouble()).isPositive();
    }

    @Test
    void peopleReadItAsATable() throws Exception {
        var planned =
                Kfac.run("plan", "--conf", digits(""), "--master", "local[1]").succeeded();
        assertThat(planned.out())
                .contains("rows: 1,797 in 8 file(s)", "1 at once", "heap, driver and tasks", "GFLOP/s a thread here")
                .endsWith("fits\n");
    }

    @Test
    void whatIsSetWithoutEffectIsWarnedOf() throws Exception {
        Path conf = digits("fisher { type = exact, samples = 4 }\ntrain { mode = adaptive, clip = 0.2 }\n");
        var planned = Kfac.process(directory, "plan", "--conf", conf, "--master", "local[1]")
                .succeeded();
        assertThat(planned.err())
                .contains("fisher.samples (" + conf + ":4): has no effect with fisher.type = exact")
                .contains("train.clip (" + conf
                        + ":5): has no effect with train.optimiser = kfac and train.mode = adaptive");
    }

    @Test
    void whatCannotFitIsRefusedWithWhatWould() throws Exception {
        var refused =
                Kfac.run("plan", "--conf", digits("spark { \"spark.executor.memory\" = 100m }\n"), "--master", "yarn");
        assertThat(refused.code()).isEqualTo(ExitCodes.USER);
        assertThat(refused.out()).contains("heap, each executor").doesNotContain("fits");
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .contains("an executor must hold", "its heap is 100 MiB", "raise spark.executor.memory");
    }

    @Test
    void rowsThatNoFooterTellsAreAskedFor() throws Exception {
        Path data = Files.createDirectory(directory.resolve("csv"));
        Files.writeString(data.resolve("a.csv"), "features,label\n1,2\n");
        Files.writeString(data.resolve("_hidden.csv"), "features,label\n");
        Path model = directory.resolve("model");
        Kfac.run("init", "--layers", "1-1", "--likelihood", "gaussian", "--output", model)
                .succeeded();
        Path conf = conf(model + "", data + "", "data.format = csv\n");
        assertThat(Kfac.run("plan", "--conf", conf).succeeded().out()).contains("not known; say --rows N in 1 file(s)");
        assertThat(Kfac.run("plan", "--conf", conf, "--rows", "1000000")
                        .succeeded()
                        .out())
                .contains("rows: 1,000,000", " in all\n", "time: roughly ");
        assertThat(Kfac.run("plan", "--conf", conf, "--rows", "0").errors())
                .containsExactly("kfac: error: --rows must be at least 1, not 0");
        assertThat(Kfac.run("plan", "--conf", conf, "--set", "data.format=parquet")
                        .errors())
                .singleElement()
                .asString()
                .contains("a.csv: is no Parquet file; check the format and the path (data.format, data.path)");
        Files.delete(data.resolve("a.csv"));
        assertThat(Kfac.run("plan", "--conf", conf).errors())
                .singleElement()
                .asString()
                .contains(data + ": no files; check the path");
    }

    private Path training(String more) throws IOException {
        return digits("statistics.groups = 4\ntrain { batch-rows = 500, stop.epochs = 4 }\n" + more);
    }

    @Test
    void aSectionTrainIsPlannedAsTraining() throws Exception {
        Path conf = training("data.validation.limit = 100\n");
        JsonNode plan = JSON.readTree(Kfac.run("plan", "--conf", conf, "--master", "local[2]", "--json")
                .succeeded()
                .out());
        assertThat(plan.path("command").asText()).isEqualTo("train");
        assertThat(plan.path("steps").asInt()).isEqualTo(15);
        assertThat(plan.path("validation").path("rows").asInt()).isEqualTo(100);
        // 65 features with their one, a label and an id of every row that is kept
        assertThat(plan.path("kept_bytes").asLong()).isEqualTo(1897 * 8 * (65 + 1 + 1));
        assertThat(plan.path("fits").asBoolean()).isTrue();
        String trained = Kfac.run("train", "--conf", conf, "--master", "local[2]")
                .succeeded()
                .out();
        assertThat(trained).contains("15 steps over 1,797 rows");

        assertThat(Kfac.run("plan", "--conf", conf, "--for", "collect")
                        .succeeded()
                        .out())
                .contains("one a group")
                .doesNotContain("rows to train on");
        assertThat(Kfac.run("plan", "--conf", digits(""), "--for", "train")
                        .succeeded()
                        .out())
                .contains("rows to train on: 1,797", "an epoch", "averaged statistics")
                .endsWith("fits\n");
    }

    @Test
    void whereAConditionLeavesRowsOutTheyAreAtMostSoMany() throws Exception {
        assertThat(Kfac.run("plan", "--conf", training("data.where = \"id < 9\"\n"))
                        .succeeded()
                        .out())
                .contains("rows to train on: at most 1,797");
    }

    @Test
    void trainingThatCannotFitIsRefusedByPlanAndByTrainInTheSameWords() throws Exception {
        Path conf = training("spark { \"spark.executor.memory\" = 100m }\n");
        var planned = Kfac.run("plan", "--conf", conf, "--master", "local-cluster[1,1,1024]");
        var trained = Kfac.run("train", "--conf", conf, "--master", "local-cluster[1,1,1024]");
        assertThat(planned.code()).isEqualTo(ExitCodes.USER);
        assertThat(trained.code()).isEqualTo(ExitCodes.USER);
        assertThat(planned.errors())
                .isEqualTo(trained.errors())
                .singleElement()
                .asString()
                .contains("an executor must hold", "its heap is 100 MiB", "raise spark.executor.memory");
        assertThat(SparkSession.getDefaultSession().isDefined())
                .as("Spark was started")
                .isFalse();
    }
}
