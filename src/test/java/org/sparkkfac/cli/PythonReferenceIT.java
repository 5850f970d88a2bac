package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.cli.failure.ExitCodes;

/**
 * What the commands write, held against the independent programs of {@code src/test/python}, and those against PyTorch,
 * curvlinops and kronfluence where they are installed. The Python is that of the environment variable KFAC_PYTHON, else
 * python3; where it lacks a package the test is skipped and says which.
 */
class PythonReferenceIT {
    private static final Path DATA = Kfac.PROJECT.resolve("sample-data");
    private static final Path DIGITS = DATA.resolve("digits.parquet");
    private static final Path PENGUINS = DATA.resolve("penguins.csv");
    private static final String ALL_KINDS = "statistics.kinds=[kronecker, exact-block, diagonal]";
    private static final String[] PENGUIN_COLUMNS = {
        "--features", "bill_length_cm,bill_depth_cm,flipper_length_dm,male,adelie,chinstrap", "--label", "body_mass_kg"
    };
    private static final int MISSING_PACKAGE = 77;

    @TempDir
    private static Path directory;

    private static Path classifier;
    private static Path regression;
    private static Path penguinStatistics;

    /** Before each test and not before all, so that each is reported as skipped. */
    @BeforeEach
    void makeModelsAndStatisticsOnce() throws Exception {
        python("reference.py", "--help");
        classifier = directory.resolve("classifier");
        if (Files.exists(classifier)) {
            return;
        }
        Kfac.run(
                        "init",
                        "--layers",
                        "64-8-10",
                        "--activation",
                        "gelu",
                        "--likelihood",
                        "softmax",
                        "--seed",
                        "3",
                        "--output",
                        classifier)
                .succeeded();
        regression = penguinModel(1);
        penguinStatistics = collectPenguins("penguins");
    }

    @Test
    void theReferenceHoldsWithItsNegativeControls() throws Exception {
        accepts("reference.py", "self-test");
    }

    @Test
    void exactFisherOfTheDigits() throws Exception {
        acceptsDigits(exactDigits(), classifier);
    }

    @Test
    void exactFisherOfTheDigitsByPyTorchAndItsLibraries() throws Exception {
        accepts(digitsCheck("peers.py", exactDigits(), classifier));
    }

    @Test
    void empiricalFisherOfTheDigits() throws Exception {
        acceptsDigits(collectDigits("digits-empirical", classifier, "fisher.type=empirical", ALL_KINDS), classifier);
    }

    @Test
    void exactFisherOfTheTrainedModelOfTheDigits() throws Exception {
        Path model = DATA.resolve("digits-model");
        String kinds = "statistics.kinds=[kronecker, diagonal]"; // exact blocks of 2,080 parameters take half a minute
        acceptsDigits(collectDigits("digits-trained", model, "fisher.type=exact", kinds), model);
    }

    @Test
    void monteCarloFisherOfTheDigits() throws Exception {
        acceptsDigits(drawnDigits(), classifier);
    }

    @Test
    void monteCarloFisherOfTheDigitsByPyTorchAndItsLibraries() throws Exception {
        accepts(digitsCheck("peers.py", drawnDigits(), classifier));
    }

    @Test
    void singlePrecisionIsRightToFourDigits() throws Exception {
        Path statistics = collectDigits(
                "digits-single", classifier, "fisher.type=exact", ALL_KINDS, "statistics.precision=single");
        acceptsDigits(statistics, classifier, "--tolerance", "1e-4");
    }

    @Test
    void regressionOnPenguins() throws Exception {
        accepts(penguinCheck(penguinStatistics, regression));
    }

    @Test
    void weightedRows() throws Exception {
        Path statistics = collectPenguins("weighted", "data.weight=bill_length_cm", "fisher.type=empirical");
        accepts(with(penguinCheck(statistics, regression), "--weight", "bill_length_cm"));
    }

    @Test
    void theReferenceRefusesTheStatisticsOfAnotherModel() throws Exception {
        assertThat(python(penguinCheck(penguinStatistics, penguinModel(2))).code())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "factored, --damping, 1e-3",
        "factored, --relative-damping, 0.1",
        "eigen, --damping, 1e-3",
        "eigen, --relative-damping, 0.1",
        "exact, --damping, 1e-3",
        "exact, --relative-damping, 0.1",
        "diagonal, --damping, 1e-3",
        "diagonal, --relative-damping, 0.1"
    })
    void solvesWithAndWithoutADowndate(String method, String kind, String damping) throws Exception {
        String name = method + kind;
        Path preconditioner = directory.resolve(name);
        Kfac.run(
                        "invert",
                        "--statistics",
                        penguinStatistics,
                        "--method",
                        method,
                        kind,
                        damping,
                        "--output",
                        preconditioner)
                .succeeded();
        String[] check = {
            "--statistics",
            penguinStatistics.toString(),
            "--vector",
            weights(regression),
            "--method",
            method,
            kind,
            damping,
            "--tolerance",
            "1e-8"
        };
        Path plain = directory.resolve(name + ".safetensors");
        solve(preconditioner, plain, 0);
        accepts(with(new String[] {"reference.py", "solve", plain.toString()}, check));

        String[] downdate = {"--downdate", weights(penguinModel(5)), "--downdate-weight", "1e-4"};
        Path downdated = directory.resolve(name + "-downdated.safetensors");
        solve(preconditioner, downdated, 0, downdate);
        accepts(with(with(new String[] {"reference.py", "solve", downdated.toString()}, check), downdate));

        downdate[3] = "1e6";
        Path refused = directory.resolve(name + "-refused.safetensors");
        solve(preconditioner, refused, ExitCodes.NUMERICAL, downdate);
        accepts(with(with(new String[] {"reference.py", "solve", refused.toString()}, check), downdate));
    }

    /** kronfluence opens the artefact's own files, and finds the scores that it finds with its own and we by solving. */
    @ParameterizedTest
    @CsvSource({"eigen-corrected, ekfac", "eigen, kfac", "diagonal, diagonal"})
    void kronfluenceFindsTheSameInfluenceScoresFromOurFiles(String method, String strategy) throws Exception {
        Path statistics = collectPenguins(
                "scores", "fisher.type=empirical", "statistics.kinds=[kronecker, eigen-corrected, diagonal]");
        String[] rows =
                with(new String[] {"--model", regression.toString(), "--data", PENGUINS.toString()}, PENGUIN_COLUMNS);
        Path solutions = solveForQueries(statistics, method, rows);
        accepts(with(scores(statistics, strategy, "0.5", solutions), rows));
        refuses(with(scores(statistics, strategy, "0.6", solutions), rows));
    }

    @Test
    void kronfluenceTakesTheExactFisherOfAClassifierToo() throws Exception {
        Path statistics = collectDigits(
                "digits-scores",
                classifier,
                "fisher.type=exact",
                "statistics.kinds=[kronecker, eigen-corrected, diagonal]");
        String[] rows = {"--model", classifier.toString(), "--data", DIGITS.toString()};
        Path solutions = solveForQueries(statistics, "eigen-corrected", rows);
        accepts(with(scores(statistics, "ekfac", "0.5", solutions), rows));
        refuses(with(scores(statistics, "kfac", "0.5", solutions), rows));
    }

    private static String[] scores(Path statistics, String strategy, String damping, Path solutions) {
        return new String[] {
            "scores.py",
            "compare",
            statistics.toString(),
            "--strategy",
            strategy,
            "--damping",
            damping,
            "--solutions",
            solutions.toString()
        };
    }

    /** Solves for the gradients of the first rows, which are the queries, all in one; damping 0.5. */
    private static Path solveForQueries(Path statistics, String method, String[] rows) throws Exception {
        Path queries = directory.resolve(statistics.getFileName() + "-queries");
        if (!Files.exists(queries)) {
            accepts(with(new String[] {"scores.py", "gradients", queries.toString()}, rows));
        }
        Path preconditioner = directory.resolve(statistics.getFileName() + "-" + method);
        Kfac.run("invert", "--statistics", statistics, "--method", method, "--damping", 0.5, "--output", preconditioner)
                .succeeded();
        Path solutions = directory.resolve(preconditioner.getFileName() + "-solutions");
        List<Object> command =
                new ArrayList<>(List.of("solve", "--preconditioner", preconditioner, "--output", solutions));
        try (Stream<Path> vectors = Files.list(queries)) {
            vectors.forEach(vector -> command.addAll(List.of("--vector", vector)));
        }
        Kfac.run(command.toArray()).succeeded();
        return solutions;
    }

    private static void refuses(String... command) throws Exception {
        var result = python(command);
        assertThat(result.code())
                .as(() -> String.join(" ", command) + "\n" + result.out() + result.err())
                .isEqualTo(1);
        assertThat(result.out()).contains("  WRONG\n").doesNotContain("1e-6  WRONG");
    }

    private static void solve(Path preconditioner, Path output, int code, String... downdate) {
        String[] command = {
            "solve",
            "--preconditioner",
            preconditioner.toString(),
            "--vector",
            weights(regression),
            "--output",
            output.toString()
        };
        var result = Kfac.run((Object[]) with(command, downdate));
        assertThat(result.code()).as(result.err()).isEqualTo(code);
    }

    private static Path penguinModel(int seed) {
        Path model = directory.resolve("regression-" + seed);
        if (!Files.exists(model)) {
            Kfac.run(
                            "init",
                            "--layers",
                            "6-8-1",
                            "--likelihood",
                            "gaussian",
                            "--variance",
                            "0.2",
                            "--seed",
                            seed,
                            "--output",
                            model)
                    .succeeded();
        }
        return model;
    }

    private static String weights(Path model) {
        return model.resolve("weights.safetensors").toString();
    }

    private static Path collectPenguins(String name, String... settings) {
        Path conf = Kfac.PROJECT.resolve("conf/regression.conf");
        return collect(name, conf, regression, PENGUINS, settings);
    }

    private static Path collectDigits(String name, Path model, String... settings) {
        return collect(name, Kfac.PROJECT.resolve("conf/digits.conf"), model, DIGITS, settings);
    }

    private static Path exactDigits() {
        return collectDigits("digits-exact", classifier, "fisher.type=exact", ALL_KINDS);
    }

    private static Path drawnDigits() {
        return collectDigits("digits-draws", classifier, "fisher.samples=2", ALL_KINDS);
    }

    /** The statistics of this name, collected once. */
    private static Path collect(String name, Path conf, Path model, Path data, String... settings) {
        Path output = directory.resolve(name);
        if (Files.exists(output)) {
            return output;
        }
        List<Object> command = new ArrayList<>(List.of("collect", "--master", "local[2]", "--conf", conf));
        Stream.concat(
                        Stream.of("model.path=" + model, "data.path=" + data, "output.path=" + output),
                        Stream.of(settings))
                .forEach(setting -> command.addAll(List.of("--set", setting)));
        Kfac.run(command.toArray()).succeeded();
        return output;
    }

    private static String[] penguinCheck(Path statistics, Path model) {
        String[] check = {
            "reference.py",
            "statistics",
            statistics.toString(),
            "--model",
            model.toString(),
            "--data",
            PENGUINS.toString()
        };
        return with(check, PENGUIN_COLUMNS);
    }

    private static void acceptsDigits(Path statistics, Path model, String... more) throws Exception {
        accepts(with(digitsCheck("reference.py", statistics, model), more));
    }

    private static String[] digitsCheck(String program, Path statistics, Path model) {
        return new String[] {
            program, "statistics", statistics.toString(), "--model", model.toString(), "--data", DIGITS.toString()
        };
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    private static void accepts(String... command) throws Exception {
        var result = python(command);
        assertThat(result.code())
                .as(() -> String.join(" ", command) + "\n" + result.out() + result.err())
                .isZero();
    }

    /** Runs a program; skips the test if there is no Python or a package is missing. */
    private static Kfac.Result python(String... command) throws Exception {
        String python = Objects.requireNonNullElse(System.getenv("KFAC_PYTHON"), "python3");
        List<String> words = new ArrayList<>(List.of(python));
        words.addAll(List.of(command));
        Path programs = Kfac.PROJECT.resolve("src/test/python");
        try {
            var result = Kfac.execute(programs, words, Map.of("PYTHONDONTWRITEBYTECODE", "1", "LC_ALL", "C.UTF-8"));
            if (result.code() == MISSING_PACKAGE) {
                Assumptions.abort(python + " " + command[0] + ": "
                        + result.out().strip() + "; set KFAC_PYTHON to a Python that has it");
            }
            return result;
        } catch (IOException e) {
            return Assumptions.abort("there is no " + python + "; set KFAC_PYTHON to a Python with numpy");
        }
    }
}
