package org.sparkkfac.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.cli.Kfac;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.StepLine;
import org.sparkkfac.train.StepRecord;
import org.sparkkfac.train.state.Verdict;

/** {@code kfac train} from end to end. */
final class TrainIT {
    private static final Path DIGITS = Kfac.PROJECT.resolve("sample-data/digits.parquet");

    @TempDir
    private static Path directory;

    @BeforeAll
    static void model() {
        Kfac.run("init", "--layers", "64-16-10", "--likelihood", "softmax", "--seed", "1", "--output", at("start"))
                .succeeded();
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }

    private static List<Object> command(String output, String... sets) {
        List<Object> words = new ArrayList<>(List.of("train", "--master", "local[2]"));
        List<String> all = new ArrayList<>(List.of(
                "model.path=" + at("start"),
                "data.path=" + DIGITS,
                "data.id=id",
                "data.where=id % 6 != 0",
                "data.validation.where=id % 6 = 0",
                "statistics.groups=2",
                "train.batch-rows=300",
                "train.batch-chunk-rows=64",
                "train.iterate-memory=0.9",
                "train.validation-period=4",
                "output.path=" + at(output)));
        all.addAll(List.of(sets));
        all.forEach(set -> words.addAll(List.of("--set", set)));
        return words;
    }

    private static Kfac.Result train(List<Object> command, Object... more) {
        List<Object> words = new ArrayList<>(command);
        words.addAll(List.of(more));
        return Kfac.run(words.toArray());
    }

    private static List<StepRecord> metrics(String output) {
        return StepLine.read(Location.of(at(output).resolve("metrics.jsonl").toString(), new Configuration(false)));
    }

    @Test
    void stepsThatWereTakenBackAreToldAtTheEnd() {
        Kfac.Result result = train(command(
                        "far",
                        "data.validation.where=null",
                        "train.optimiser=sgd",
                        "train.batch-rows=null",
                        "train.learning-rate.rate=1e308",
                        "train.stop.steps=2"))
                .succeeded();
        assertThat(result.out())
                .contains(
                        "2 steps over ", "the last 2 steps made little or no progress: the loss rose or was not finite")
                .contains("the loss over all rows is no lower than ", "over the 1,497 rows of the first step: scale");
        assertThat(train(command("near", "data.validation.where=null", "train.stop.steps=2"))
                        .succeeded()
                        .out())
                .contains("2 steps over ")
                .doesNotContain("no progress", "no lower");
    }

    /** All tensors of the results, as they lie on the disk. */
    private static Map<String, String> tensors(String output) throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String artefact : List.of("model", "statistics", "preconditioner")) {
            try (Stream<Path> files = Files.list(at(output).resolve(artefact))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".safetensors"))
                        .toList()) {
                    String name = artefact + "/" + file.getFileName().toString().replaceFirst("-r\\d+", "");
                    found.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(4);
        return found;
    }

    @Test
    void whatItWritesIsReadByTheOtherCommands() throws IOException {
        Kfac.Result result = train(command("whole", "train.stop.epochs=12")).succeeded();
        assertThat(result.out())
                .contains("ended by epochs", "the best in validation", "wrote the model to " + at("whole/model"))
                .contains("wrote the learning curves to " + at("whole/curves.html"));
        List<StepRecord> steps = metrics("whole");
        assertThat(steps.get(steps.size() - 1).epoch()).isGreaterThanOrEqualTo(12);
        assertThat(steps.get(steps.size() - 1).validation()).isPresent();
        assertThat(steps.stream()
                        .flatMap(step -> step.validation().stream())
                        .mapToDouble(StepRecord.Validation::loss)
                        .min()
                        .orElseThrow())
                .isLessThan(0.3);
        assertThat(Kfac.run("inspect", at("whole/statistics"), "--verify")
                        .succeeded()
                        .out())
                .contains("verified: ");
        assertThat(Kfac.run("inspect", at("whole/preconditioner"), "--spectra")
                        .succeeded()
                        .out())
                .contains("factored");
        try (Stream<Path> checkpoints = Files.list(at("whole/checkpoints"))) {
            for (Path checkpoint : checkpoints.toList()) {
                assertThat(Kfac.run("inspect", checkpoint, "--verify")
                                .succeeded()
                                .out())
                        .contains("verified: 3 files");
            }
        }
        Kfac.run(
                        "invert",
                        "--statistics",
                        at("whole/statistics"),
                        "--method",
                        "eigen",
                        "--damping",
                        "1e-3",
                        "--output",
                        at("inverse"))
                .succeeded();
        Kfac.run(
                        "collect",
                        "--set",
                        "model.path=" + at("whole/model"),
                        "--set",
                        "data.path=" + DIGITS,
                        "--set",
                        "output.path=" + at("collected"))
                .succeeded();
        assertThat(Kfac.run(
                                "solve",
                                "--preconditioner",
                                at("whole/preconditioner"),
                                "--vector",
                                at("collected"),
                                "--output",
                                at("solution.safetensors"))
                        .succeeded()
                        .out())
                .contains("‖x‖");
        assertThat(Kfac.run("evaluate", "--set", "model.path=" + at("whole/model"), "--set", "data.path=" + DIGITS)
                        .succeeded()
                        .out())
                .contains("accuracy");
        assertThat(Files.readString(at("whole/curves.html"))).contains("<html", "train.batch-rows");
    }

    @Test
    void aTrainingIsNeitherReplacedNorGoneOnWithUnasked() throws IOException {
        List<Object> command = command("again", "train.stop.steps=6", "train.stop.epochs=null");
        train(command).succeeded();
        Kfac.Result refused = train(command);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("holds a training")
                .contains("--resume")
                .contains("--overwrite");
        assertThat(train(command, "--resume").succeeded().out()).contains("6 steps");
        assertThat(metrics("again")).hasSize(6);
        Kfac.Result changed = train(
                command("again", "train.momentum=0.5", "train.stop.steps=9", "data.where=id % 6 = 1"), "--resume");
        assertThat(changed.code()).isEqualTo(2);
        assertThat(changed.err())
                .contains("train.momentum was left to its default and is 0.5")
                .contains("data.fingerprint was ")
                .contains("data.order was ")
                .contains("--overwrite");
        assertThat(train(command("again", "train.stop.steps=9", "train.stop.epochs=null"), "--resume")
                        .succeeded()
                        .out())
                .contains("9 steps");
        assertThat(metrics("again")).hasSize(9);
        Map<String, String> before = tensors("again");
        for (String passed : List.of("train.stop.steps=4", "train.stop.epochs=1", "train.stop.seconds=1e-6")) {
            String reason = passed.contains("seconds") ? "time" : passed.replaceAll("train.stop.|=.*", "");
            assertThat(train(command("again", passed), "--resume").succeeded().out())
                    .contains("9 steps", "ended by " + reason);
        }
        assertThat(metrics("again")).hasSize(9);
        assertThat(tensors("again")).isEqualTo(before);
        assertThat(train(command, "--overwrite").succeeded().out()).contains("6 steps");
        assertThat(train(command, "--overwrite", "--resume").code()).isEqualTo(2);
    }

    @Test
    void checkpointsMayHaveADirectoryOfTheirOwnInTheOutput() {
        String place = "train.checkpoint.path=" + at("inner/steps");
        train(command("inner", "train.stop.steps=1", place)).succeeded();
        assertThat(train(command("inner", "train.stop.steps=2", place), "--resume")
                        .succeeded()
                        .out())
                .contains("2 steps");
    }

    @Test
    void badRowsToValidateOnAreToldOf() throws IOException {
        Kfac.run("init", "--layers", "2-3-3", "--likelihood", "softmax", "--output", at("small"))
                .succeeded();
        String good = "{\"features\": [1, 2], \"label\": 0}\n";
        Files.writeString(at("good.json"), good.repeat(4));
        Files.writeString(at("watched.json"), good + "{\"features\": [1, null], \"label\": 0}\n");
        List<Object> words = new ArrayList<>(List.of("train", "--master", "local[2]"));
        for (String set : List.of(
                "model.path=" + at("small"),
                "data.format=json",
                "data.bad-rows=skip",
                "data.path=" + at("good.json"),
                "data.validation.path=" + at("watched.json"),
                "train.stop.steps=1",
                "output.path=" + at("watched"))) {
            words.addAll(List.of("--set", set));
        }
        assertThat(Kfac.run(words.toArray()).succeeded().out())
                .contains("left out 1 bad row(s) among the rows to validate on: ", "watched.json, row 2")
                .doesNotContain("bad row(s):");
    }

    /** Its place for checkpoints is there and empty, or holds one that was being written. */
    @Test
    void killedBeforeItsFirstCheckpointWasWholeItStartsFromTheBeginning() throws IOException {
        List<Object> command = command("early", "train.stop.steps=2", "train.checkpoint.path=" + at("early-steps"));
        Files.createDirectories(at("early"));
        Files.writeString(at("early/metrics.jsonl"), "{}\n");
        Files.createDirectories(at("early-steps/step-00000001"));
        Files.writeString(at("early-steps/step-00000001/_spark-kfac-unfinished"), "");
        assertThat(train(command, "--resume").succeeded().out()).contains("2 steps");
        assertThat(metrics("early")).hasSize(2);
        assertThat(checkpoints(at("early-steps"))).hasSize(1);
    }

    @Test
    void curvatureOfTheTrainingBeforeDoesNotStayWhereTheNextHasNone() {
        train(command("curved", "train.stop.steps=2")).succeeded();
        assertThat(at("curved/statistics/manifest.json")).exists();
        assertThat(at("curved/preconditioner/manifest.json")).exists();
        train(command("curved", "train.stop.steps=2", "train.optimiser=sgd"), "--overwrite")
                .succeeded();
        assertThat(at("curved/model/model.json")).exists();
        assertThat(at("curved/statistics")).doesNotExist();
        assertThat(at("curved/preconditioner")).doesNotExist();
    }

    /** With a first damping of 1e-6 adaptive steps raise the loss of their batch now and then, and are taken back. */
    @ParameterizedTest
    @CsvSource({"fixed, 1e-3", "adaptive, 1e-6"})
    void killedAtAnyMomentAndGoneOnWithItEndsInTheSameBytes(String mode, String damping) throws Exception {
        String[] sets = {
            "train.mode=" + mode,
            "train.damping=" + damping,
            "train.stop.steps=60",
            "train.stop.epochs=null",
            "train.checkpoint.every=1"
        };
        String neverKilled = "never-killed-" + mode;
        String killed = "killed-" + mode;
        train(command(neverKilled, sets)).succeeded();
        List<Object> command = command(killed, sets);
        Path checkpoints = at(killed + "/checkpoints");
        kill(command, () -> lines(at(killed + "/metrics.jsonl")) > 0);
        List<Object> resumed = new ArrayList<>(command);
        resumed.add("--resume");
        kill(resumed, () -> committed(checkpoints) > 0);
        int uncommitted = 0;
        for (int i = 0; i < 2; i++) {
            kill(resumed, () -> isBetween(checkpoints));
            uncommitted += isBetween(checkpoints) ? 1 : 0;
        }
        long before = lastStep(checkpoints);
        assertThat(before).isBetween(1L, 59L);
        Kfac.process(directory, resumed.toArray()).succeeded();
        assertThat(tensors(killed)).isEqualTo(tensors(neverKilled));
        List<StepRecord> steps = metrics(neverKilled);
        assertThat(metrics(killed).stream().map(StepRecord::loss))
                .isEqualTo(steps.stream().map(StepRecord::loss).toList());
        assertThat(metrics(killed).stream().map(step -> step.cost().rowsTouched()))
                .as("also the rows that check the step before a kill")
                .isEqualTo(steps.stream().map(step -> step.cost().rowsTouched()).toList());
        assertThat(steps.stream()
                        .anyMatch(step ->
                                step.outcome() != Verdict.ACCEPT && step.cost().jobs() == 1))
                .as("a step that was taken back by the next one")
                .isEqualTo(mode.equals("adaptive"));
        assertThat(uncommitted).as("kills in the middle of a checkpoint").isPositive();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void stoppedByASignalItKeepsTheLastStepAndResumesToTheSameBytes(String signal, int code) throws Exception {
        // The only checkpoint before the end is that of the signal, and no step is validated but those that are due.
        String[] sets = {"train.stop.steps=400", "train.stop.epochs=null", "train.checkpoint.every=1000"};
        String stopped = "stopped-" + signal;
        List<Object> command = command(stopped, sets);
        Path log = at(stopped + ".log");
        Process process = Kfac.start(directory, log, command.toArray());
        await(process, () -> lines(at(stopped + "/metrics.jsonl")) > 2);
        signal(process, signal);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        long steps = lines(at(stopped + "/metrics.jsonl"));
        assertThat(process.exitValue()).isEqualTo(code);
        assertThat(steps).isBetween(3L, 399L);
        assertThat(lastStep(at(stopped + "/checkpoints"))).isEqualTo(steps);
        assertThat(Files.readString(log))
                .contains("stopped by a signal after step " + steps, "--resume")
                .doesNotContain("kfac: error", "SIGSEGV");
        assertThat(at(stopped + "/model")).doesNotExist();
        train(command, "--resume").succeeded();
        if (!Files.exists(at("never-stopped"))) {
            train(command("never-stopped", sets)).succeeded();
        }
        assertThat(tensors(stopped)).isEqualTo(tensors("never-stopped"));
        assertThat(metrics(stopped).stream().map(StepRecord::validation))
                .isEqualTo(metrics("never-stopped").stream()
                        .map(StepRecord::validation)
                        .toList());
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    /** Starts a training and kills it as soon as something holds. */
    private static void kill(List<Object> command, BooleanSupplier moment) throws IOException, InterruptedException {
        Process process = Kfac.start(directory, at("killed.log"), command.toArray());
        await(process, moment);
        process.destroyForcibly();
        process.waitFor();
    }

    private static void await(Process process, BooleanSupplier moment) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!moment.getAsBoolean()) {
            assertThat(process.isAlive()).as("ended before it was killed").isTrue();
            assertThat(System.nanoTime()).as("the moment never came").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static List<Path> checkpoints(Path place) {
        try (Stream<Path> files = Files.list(place)) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long committed(Path place) {
        return checkpoints(place).stream()
                .filter(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")))
                .count();
    }

    /** Whether the last checkpoint is being written. */
    private static boolean isBetween(Path place) {
        List<Path> all = checkpoints(place);
        return all.size() > 1 && !Files.exists(all.get(all.size() - 1).resolve("manifest.json"));
    }

    private static long lastStep(Path place) {
        return checkpoints(place).stream()
                .filter(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")))
                .mapToLong(checkpoint ->
                        Long.parseLong(checkpoint.getFileName().toString().replaceFirst("step-0*", "")))
                .max()
                .orElse(0);
    }
}
