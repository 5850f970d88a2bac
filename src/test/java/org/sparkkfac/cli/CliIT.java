package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.io.artefact.PreconditionerArtefact;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.stats.KroneckerFactors;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Near;

/** The commands as people use them, from one to the next, on the sample data. */
class CliIT {
    private static final Path DATA = Kfac.PROJECT.resolve("sample-data");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void fromAModelToASolutionAndEveryNumberFits() throws Exception {
        Path model = DATA.resolve("digits-model");
        Path statistics = directory.resolve("some statistics");
        Path preconditioner = directory.resolve("preconditioner");
        Path solution = directory.resolve("new/x.safetensors");

        var collected = Kfac.run(collect(model, DATA.resolve("digits.parquet"), statistics, "fisher.type=exact"))
                .succeeded();
        Kfac.run("invert", "--statistics", statistics, "--damping", "0.01", "--output", preconditioner)
                .succeeded();
        var solved = Kfac.run("solve", "--preconditioner", preconditioner, "--vector", statistics, "--output", solution)
                .succeeded();

        assertThat(collected.out()).contains("1,797 rows, total weight 1797.0, mean loss 0.045", "exact Fisher");
        assertThat(solved.out()).contains("‖v‖ = ", "vᵀx = ", "wrote the solution to " + solution);
        JsonNode manifest = inspect(statistics);
        // sample-data/README.md: 1,438 rows with a mean loss of 0.0346 and 359 with 0.0880.
        assertThat(manifest.path("mean_loss").asDouble()).isBetween(0.0452, 0.0453);
        assertThat(manifest.path("rows").asInt()).isEqualTo(1797);
        assertThat(manifest.path("config").path("fisher").path("type").asText()).isEqualTo("exact");

        StatisticsState sums = StatisticsArtefact.read(at(statistics)).statistics();
        ParameterVector v = sums.meanGradient().orElseThrow();
        ParameterVector x = PreconditionerArtefact.read(at(preconditioner)).apply(v);
        for (int l = 0; l < sums.layers().size(); l++) {
            DoubleMatrix a = mean(sums, l, KroneckerFactors.ACTIVATION_COVARIANCE);
            DoubleMatrix g = mean(sums, l, KroneckerFactors.GRADIENT_COVARIANCE);
            int bias = a.rows() - 1;
            Near.assertNear("the bias sees 1 in every row", a.get(bias, bias), 1, 1e-15);
            DoubleMatrix back = product(product(g, x.block(l)), a);
            for (int i = 0; i < back.rows(); i++) {
                for (int j = 0; j < back.columns(); j++) {
                    back.set(i, j, back.get(i, j) + 0.01 * x.block(l).get(i, j));
                }
            }
            Near.assertNear("G X A + λX = V in layer " + l, back, v.block(l), 1e-10);
        }
        assertThat(inspect(solution).path("tensors")).hasSize(4);
    }

    @Test
    void aNewModelWithWeightsAndADowndate() throws Exception {
        Path model = directory.resolve("model");
        Path statistics = directory.resolve("statistics");
        Kfac.run("init", "--layers", "6-8-1", "--likelihood", "gaussian", "--seed", "1", "--output", model)
                .succeeded();
        Kfac.run(
                        "collect",
                        "--conf",
                        Kfac.PROJECT.resolve("conf/regression.conf"),
                        "--set",
                        "model.path=" + model,
                        "--set",
                        "data.path=" + DATA.resolve("penguins.csv"),
                        "--set",
                        "data.weight=bill_length_cm",
                        "--set",
                        "output.path=" + statistics,
                        "--master",
                        "local[2]")
                .succeeded();
        // The sum of the column in penguins.csv, in tenths of millimetres.
        assertThat(inspect(statistics).path("total_weight").asDouble()).isBetween(1464.9, 1465.1);

        for (String method : List.of("factored", "eigen", "exact", "diagonal")) {
            Path preconditioner = directory.resolve(method);
            Kfac.run("invert", "--statistics", statistics, "--method", method, "--output", preconditioner)
                    .succeeded();
            var solved = Kfac.run(
                            "solve",
                            "--preconditioner",
                            preconditioner,
                            "--vector",
                            model.resolve("weights.safetensors"),
                            "--downdate",
                            statistics,
                            "--downdate-weight",
                            "1e-6",
                            "--output",
                            directory.resolve(method + ".safetensors"))
                    .succeeded();
            assertThat(solved.out()).contains("downdate: 1 − w·gᵀPg = ");
        }
    }

    @Test
    void mergedDaysAreOneCollectionAndARunningSumForgets() throws Exception {
        Path model = DATA.resolve("digits-model");
        Path digits = DATA.resolve("digits.parquet");
        Path monday = directory.resolve("monday");
        Path tuesday = directory.resolve("tuesday");
        Path whole = directory.resolve("whole");
        Path week = directory.resolve("week");
        Kfac.run(collect(model, digits.resolve("part-0000[0-4].parquet"), monday))
                .succeeded();
        Kfac.run(collect(model, digits.resolve("part-0000[5-7].parquet"), tuesday))
                .succeeded();
        Kfac.run(collect(model, digits, whole)).succeeded();

        var merged = Kfac.run("merge", monday, tuesday, "--output", week).succeeded();

        assertThat(merged.out())
                .contains("1,797 rows, total weight 1797.0, mean loss 0.045", "monte-carlo Fisher, 2 parts")
                .contains("wrote statistics to " + week);
        StatisticsState sum = StatisticsArtefact.read(at(week)).statistics();
        StatisticsState once = StatisticsArtefact.read(at(whole)).statistics();
        for (int l = 0; l < once.layers().size(); l++) {
            for (String name : StatisticKind.KRONECKER.names()) {
                Near.assertNear(name, mean(sum, l, name), mean(once, l, name), 1e-12);
            }
        }
        Near.assertNear(
                "gradient",
                sum.meanGradient().orElseThrow(),
                once.meanGradient().orElseThrow(),
                1e-12);
        JsonNode manifest = inspect(week);
        for (String same : List.of("/data/fingerprint", "/model/fingerprint", "/precision", "/rows", "/fisher")) {
            assertThat(manifest.at(same)).isEqualTo(inspect(whole).at(same));
        }
        assertThat(Kfac.run("inspect", week).succeeded().out()).contains("merged from", monday + "  ");

        Path today = directory.resolve("today");
        Kfac.run(collect(model, digits.resolve("part-00000.parquet"), today)).succeeded();
        Kfac.run("merge", tuesday, today, "--weights", "0.5,1", "--output", tuesday, "--overwrite")
                .succeeded();
        JsonNode running = inspect(tuesday);
        double rows = running.path("merged").path(0).path("rows").asDouble();
        assertThat(running.path("rows").asDouble())
                .isEqualTo(rows + running.path("merged").path(1).path("rows").asDouble());
        assertThat(running.path("total_weight").asDouble())
                .isEqualTo(running.path("rows").asDouble() - rows / 2);
        assertThat(Kfac.run("merge", tuesday, today, "--output", tuesday, "--overwrite"))
                .matches(again -> again.code() == 2 && again.err().contains("hold the same rows"));

        Path preconditioner = directory.resolve("p");
        Kfac.run("invert", "--statistics", week, "--output", preconditioner).succeeded();
        assertThat(inspect(preconditioner).path("merged")).hasSize(2);
    }

    @Test
    void inspectVerifiesAndSumsUpSpectra() throws Exception {
        Path model = directory.resolve("model");
        Path statistics = smallStatistics(model);
        Path preconditioner = directory.resolve("p");
        Kfac.run("invert", "--statistics", statistics, "--damping", "0.25", "--output", preconditioner)
                .succeeded();

        var verified = Kfac.run("inspect", statistics, "--verify").succeeded();
        assertThat(verified.out())
                .startsWith(statistics + ": spark-kfac/statistics, version 1\n")
                .contains("rows: 3, total weight 3.0, 0 skipped, mean loss ")
                .contains("model: " + model + ", fingerprint ", "data: " + directory + "/rows.csv (csv), fingerprint ")
                .contains("fisher: exact, double precision\n")
                .containsPattern("verified: 5 files, [0-9,]+ bytes\n$");
        assertThat(Kfac.run("inspect", model, "--verify").succeeded().out()).contains("verified: 1 file, ");
        JsonNode vector = JSON.readTree(Kfac.run("inspect", model.resolve("weights.safetensors"), "--verify", "--json")
                .out());
        assertThat(vector.path("tensors").path(0).path("norm").isNumber()).isTrue();
        assertThat(inspect(statistics).findValues("norm")).isEmpty();

        JsonNode spectra = JSON.readTree(Kfac.run("inspect", statistics, "--spectra", "--json")
                        .succeeded()
                        .out())
                .path("spectra");
        assertThat(spectra.findValuesAsText("matrix"))
                .containsExactly(
                        "activation_covariance",
                        "gradient_covariance",
                        "kronecker_product",
                        "activation_covariance",
                        "gradient_covariance",
                        "kronecker_product");
        // Softmax gradients of three classes sum to zero.
        assertThat(spectra.path(4).path("condition_number").isNull()).isTrue();
        assertThat(spectra.path(4).path("effective_rank").asDouble()).isBetween(1.0, 2.0);
        JsonNode damped = JSON.readTree(Kfac.run("inspect", preconditioner, "--spectra", "--json")
                        .succeeded()
                        .out())
                .path("spectra");
        Near.assertNear("λ", damped.path(1).path("smallest").asDouble(), 0.25, 1e-10);
        Near.assertNear(
                "largest",
                damped.path(1).path("largest").asDouble(),
                spectra.path(5).path("largest").asDouble() + 0.25,
                1e-12);
        assertThat(Kfac.run("inspect", statistics, "--spectra").succeeded().out())
                .contains("effective rank", "∞");
    }

    @Test
    void theConfigurationOfInvertIsTheDefaultOfItsFlags() throws Exception {
        Path model = directory.resolve("model");
        Path statistics = smallStatistics(model);
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        Kfac.run(
                        "invert",
                        "--statistics",
                        statistics,
                        "--set",
                        "precondition.method=factored",
                        "--set",
                        "precondition.relative-damping=0.5",
                        "--output",
                        one)
                .succeeded();
        Kfac.run(
                        "invert",
                        "--statistics",
                        statistics,
                        "--set",
                        "precondition.method=factored",
                        "--damping",
                        "0.25",
                        "--output",
                        two)
                .succeeded();
        assertThat(inspect(one).path("method").asText()).isEqualTo("factored");
        assertThat(inspect(one).path("damping").path("relative").asBoolean()).isTrue();
        assertThat(inspect(two).path("damping").path("value").asDouble()).isEqualTo(0.25);
    }

    @Test
    void aFailedJobLeavesTheArtefactThatItWasToReplace() throws Exception {
        Path model = directory.resolve("model");
        Path statistics = smallStatistics(model);
        var before = Trees.of(statistics);
        Path bad = Files.writeString(directory.resolve("bad.csv"), "a,b,y\n1,2,0\n1,NaN,1\n");

        var failed = Kfac.run(append(collectCsv(model, bad, statistics), "--overwrite"));

        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.err()).contains("bad.csv, row 2: b is NaN");
        assertThat(Trees.of(statistics)).isEqualTo(before);
    }

    @Test
    void columnsMayHaveNamesWithSpacesDotsAndKeywords() throws Exception {
        Path model = directory.resolve("model");
        Kfac.run("init", "--layers", "2-3", "--likelihood", "softmax", "--output", model)
                .succeeded();
        Path rows = Files.writeString(directory.resolve("rows.csv"), "a b,select,y.z\n1,2,0\n3,4,1\n");
        Object[] command = collect(
                model,
                rows,
                directory.resolve("statistics"),
                "data.format=csv",
                "data.options.header=true",
                "data.features=[\"a b\", select]",
                "data.label=y.z");
        assertThat(Kfac.run(command).succeeded().out()).startsWith("2 rows");
    }

    @Test
    void inTheBareLocaleSymbolsStayReadable() throws Exception {
        List<String> command = List.of(
                Kfac.PROJECT.resolve("jobs/kfac").toString(),
                "init",
                "--layers",
                "2-3",
                "--likelihood",
                "softmax",
                "--output",
                "model");
        assertThat(Kfac.execute(directory, command, Map.of("LC_ALL", "C")).out())
                .contains("2 → 3, softmax");
    }

    @Test
    void badRowsAreLeftOutCountedAndPutAside() throws Exception {
        Path model = directory.resolve("model");
        smallStatistics(model);
        Path rows = Files.writeString(
                directory.resolve("mixed.csv"), "a,b,y\n1,2,0\n3,,1\n-1,0.5,2\nNaN,1,0\n1,1,7\n2,2,1\n");
        Path statistics = directory.resolve("some");
        Path bad = directory.resolve("bad");
        Object[] command = append(
                collectCsv(model, rows, statistics),
                "--set",
                "data.bad-rows=quarantine",
                "--set",
                "data.quarantine-path=" + bad,
                "--set",
                "data.where=y > 0 or a is not null");

        var collected = Kfac.run(command).succeeded();

        assertThat(collected.out())
                .contains("3 rows, total weight 3.0")
                .contains("left out 3 bad row(s): 1 label, 1 not-finite, 1 null; the first is " + rows
                        + ", row 2 after filtering: b is null or not a number")
                .contains("wrote the bad rows to " + bad);
        JsonNode manifest = inspect(statistics);
        assertThat(manifest.path("skipped").asInt()).isEqualTo(3);
        assertThat(manifest.path("skipped_rows").path("by_reason"))
                .hasToString("{\"label\":1,\"not-finite\":1,\"null\":1}");
        assertThat(manifest.path("skipped_rows").path("by_file")).hasToString("{\"" + rows + "\":3}");
        assertThat(manifest.path("skipped_rows").path("samples").path(1).path("problem"))
                .hasToString("\"a is NaN, but every input must be finite\"");
        assertThat(inspect(directory.resolve("statistics")).has("skipped_rows")).isFalse();

        var again = Kfac.run(append(command, "--set", "output.path=" + directory.resolve("other")));
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err())
                .contains(
                        "bad: holds the bad rows of an earlier run; choose another path or overwrite it (--overwrite)");
        Kfac.run(append(command, "--overwrite")).succeeded();
        Kfac.run(append(command, "--overwrite", "--set", "data.limit=1")).succeeded();
        assertThat(bad).doesNotExist();
        assertThat(inspect(statistics).path("rows").asInt()).isEqualTo(1);
    }

    @Test
    void theExamplesWithOtherTargetsWork() throws Exception {
        Path statistics = directory.resolve("statistics");
        Path model = directory.resolve("model");
        Kfac.run("init", "--layers", "64-8-64", "--likelihood", "gaussian", "--seed", "1", "--output", model)
                .succeeded();
        var autoencoder = Kfac.run(example("autoencoder", model, DATA.resolve("digits.parquet"), statistics))
                .succeeded();
        assertThat(autoencoder.out()).contains("1,797 rows", "mean loss ");
        var unlabelled = Kfac.run(append(
                        example("autoencoder", model, DATA.resolve("digits.parquet"), statistics),
                        "--set",
                        "data.label=null",
                        "--overwrite"))
                .succeeded();
        assertThat(unlabelled.out()).contains("1,797 rows", "no labels");

        Path two = directory.resolve("two");
        Kfac.run("init", "--layers", "5-8-2", "--likelihood", "gaussian", "--seed", "1", "--output", two)
                .succeeded();
        var outputs = Kfac.run(example("two-outputs", two, DATA.resolve("penguins.csv"), directory.resolve("s2")))
                .succeeded();
        // sample-data/README.md: 146 Adélie and 68 chinstrap penguins.
        assertThat(outputs.out()).contains("214 rows");
    }

    private static Object[] example(String name, Path model, Path data, Path output) {
        return append(collect(model, data, output), "--conf", Kfac.PROJECT.resolve("conf/" + name + ".conf"));
    }

    @Test
    void printedConfigurationsLoadAndSayTheSame() throws Exception {
        var printed = Kfac.run(
                        "collect",
                        "--conf",
                        Kfac.PROJECT.resolve("conf/regression.conf"),
                        "--set",
                        "data.path=a b/*.csv",
                        "--print-config")
                .succeeded();
        Path file = Files.writeString(directory.resolve("printed.conf"), printed.out());
        var again = Kfac.run("collect", "--conf", file, "--print-config").succeeded();
        assertThat(again.out()).isEqualTo(printed.out());
    }

    @Test
    void whatIsPrintedAsJsonIsJson() throws Exception {
        assertThat(JSON.readTree(Kfac.run("info", "--json").succeeded().out())
                        .path("blas")
                        .path("backend")
                        .isTextual())
                .isTrue();
        assertThat(inspect(DATA.resolve("digits-model")).path("parameters").asInt())
                .isEqualTo(2410);
    }

    @Test
    void quickstartTwiceInARowInADirectoryWithSpacesKeepsResultsAndLogsApart() throws Exception {
        Path home = Files.createDirectory(directory.resolve("a home"));
        Trees.copy(DATA, home.resolve("sample-data"));
        Trees.copy(Kfac.PROJECT.resolve("conf"), home.resolve("conf"));
        var inputs = Trees.of(home.resolve("sample-data"));
        for (int run = 0; run < 2; run++) {
            var result = Kfac.process(home, "quickstart").succeeded();
            assertThat(result.errors()).isEmpty();
            assertThat(result.err()).contains(" INFO ");
            assertThat(result.out())
                    .contains("digits-trained", "mean loss 0.03594", "1 − w·gᵀPg", "Done in")
                    .doesNotContain(" INFO ");
        }
        assertThat(Trees.of(home.resolve("sample-data"))).isEqualTo(inputs);
        try (Stream<Path> made = Files.list(home)) {
            assertThat(made.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("sample-data", "conf", "out");
        }
    }

    @Test
    void aProcessThatFailsSaysOneLineAndNoMore() throws Exception {
        var unknown = Kfac.process(directory, "inspect", "nowhere");
        assertThat(unknown)
                .isEqualTo(new Kfac.Result(2, "", "kfac: error: nowhere: no such file or directory; check the path\n"));

        var elsewhere = Kfac.process(directory, "quickstart");
        assertThat(elsewhere.code()).isEqualTo(2);
        assertThat(elsewhere.errors()).hasSize(1).first().asString().contains("run quickstart in the project's");
        assertThat(elsewhere.out()).isEmpty();

        Kfac.run("init", "--layers", "2-3", "--likelihood", "softmax", "--output", directory.resolve("model"))
                .succeeded();
        Path bad = Files.writeString(directory.resolve("bad.csv"), "a,b,y\n1,2,0\n1,2,7\n");
        var before = Trees.of(directory);
        var failed = Kfac.process(directory, collectCsv(Path.of("model"), bad, Path.of("out/statistics")));
        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.errors())
                .containsExactly("kfac: error: bad row: " + bad + ", row 2: column y: label 7.0 must be a class index"
                        + " 0 … 2; mend the row, or skip bad rows (data.bad-rows)");
        assertThat(Trees.of(directory)).isEqualTo(before);
    }

    @Test
    void killedInTheMiddleOfWritingNothingHalfWrittenPassesForAnArtefact() throws Exception {
        Path model = directory.resolve("model");
        Path rows = Files.writeString(directory.resolve("rows.csv"), "a,b,y\n1,2,0\n3,4,1\n");
        Path statistics = directory.resolve("statistics");
        Kfac.run("init", "--layers", "2-2500-2", "--likelihood", "softmax", "--output", model)
                .succeeded();
        Object[] command = collectCsv(model, rows, statistics);

        killWhileWriting(statistics, "covariance.safetensors", command);

        assertThat(Kfac.run("inspect", statistics).err()).contains("unfinished artefact");
        assertThat(Kfac.run("invert", "--statistics", statistics, "--output", directory.resolve("p")))
                .matches(result -> result.code() == 2 && result.err().contains("unfinished artefact"));
        assertThat(Kfac.run(command))
                .matches(result -> result.code() == 2 && result.err().contains("--overwrite"));

        Kfac.run(append(command, "--overwrite")).succeeded();
        var whole = Trees.of(statistics);
        assertThat(whole.keySet()).contains("manifest.json").noneMatch(name -> name.contains("unfinished"));

        killWhileWriting(statistics, "covariance-r2.safetensors", append(command, "--overwrite"));

        assertThat(Trees.of(statistics)).containsAllEntriesOf(whole);
        StatisticsArtefact.read(at(statistics)); // which checks every digest
        Kfac.run(append(command, "--overwrite")).succeeded();
        assertThat(Trees.of(statistics)).hasSameSizeAs(whole);
    }

    @Test
    void completionWorksInBash() throws Exception {
        Path script = Files.writeString(
                directory.resolve("complete"), Kfac.run("completion").out());
        String ask = "compopt() { :; }; source " + script
                + "; COMP_WORDS=(kfac invert --st); COMP_CWORD=2; _complete_kfac; echo \"${COMPREPLY[@]}\"";
        var bash = Kfac.execute(directory, List.of("bash", "-c", ask), Map.of());
        assertThat(bash.out().strip()).isEqualTo("--statistics");
    }

    /** Kills the process with SIGKILL as soon as a file with this end has some bytes. */
    private void killWhileWriting(Path output, String end, Object... command) throws Exception {
        Process process = Kfac.start(directory, directory.resolve("killed.log"), command);
        try {
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (process.isAlive() && !hasBytes(output, end) && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as("exit code of a killed process").isEqualTo(137);
    }

    private static boolean hasBytes(Path directory, String end) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(
                    file -> file.toString().endsWith(end) && file.toFile().length() > 0);
        } catch (IOException vanished) {
            return false;
        }
    }

    private Path smallStatistics(Path model) throws IOException {
        Path rows = Files.writeString(directory.resolve("rows.csv"), "a,b,y\n1,2,0\n3,4,1\n-1,0.5,2\n");
        Path statistics = directory.resolve("statistics");
        Kfac.run("init", "--layers", "2-3-3", "--likelihood", "softmax", "--output", model)
                .succeeded();
        Kfac.run(collectCsv(model, rows, statistics)).succeeded();
        return statistics;
    }

    private static Object[] collect(Path model, Path data, Path output, String... settings) {
        Object[] words = {
            "collect",
            "--master",
            "local[2]",
            "--set",
            "model.path=" + model,
            "--set",
            "data.path=" + data,
            "--set",
            "output.path=" + output
        };
        for (String setting : settings) {
            words = append(words, "--set", setting);
        }
        return words;
    }

    private static Object[] collectCsv(Path model, Path data, Path output) {
        return collect(
                model,
                data,
                output,
                "data.format=csv",
                "data.options.header=true",
                "data.features=[a, b]",
                "data.label=y",
                "fisher.type=exact");
    }

    private static Object[] append(Object[] words, Object... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray();
    }

    private static JsonNode inspect(Path path) throws IOException {
        return JSON.readTree(Kfac.run("inspect", path, "--json").succeeded().out());
    }

    private static Location at(Path path) {
        return Location.of(path.toString(), new Configuration());
    }

    private static DoubleMatrix mean(StatisticsState sums, int layer, String name) {
        var sum = sums.statistics(StatisticKind.KRONECKER).get(layer).sums().get(name);
        DoubleMatrix mean = DoubleMatrix.zeros(sum.rows(), sum.columns());
        for (int i = 0; i < sum.rows(); i++) {
            for (int j = 0; j < sum.columns(); j++) {
                mean.set(i, j, sum.get(i, j) / sums.totalWeight());
            }
        }
        return mean;
    }

    private static DoubleMatrix product(DoubleMatrix left, DoubleMatrix right) {
        DoubleMatrix product = DoubleMatrix.zeros(left.rows(), right.columns());
        product.setToProduct(1, left, false, right, false, 0);
        return product;
    }
}
