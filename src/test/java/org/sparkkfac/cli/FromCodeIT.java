package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkkfac.UserException;
import org.sparkkfac.io.artefact.StatisticsArtefact;
import org.sparkkfac.io.artefact.StatisticsMerge;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.HeldOutDamping;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.CollectOptions;
import org.sparkkfac.spark.Collected;
import org.sparkkfac.spark.SparkKfac;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Near;

/** A day's work with the commands, and the same from code: the tensors that both write have the same bytes. */
final class FromCodeIT {
    private static final Path DATA = Kfac.PROJECT.resolve("sample-data");
    private static final Path MODEL = DATA.resolve("digits-model");

    @TempDir
    private static Path root;

    @BeforeAll
    static void work() throws IOException {
        byCommands(Files.createDirectory(root.resolve("commands")));
        SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate();
        try {
            fromCode(spark, Files.createDirectory(root.resolve("code")));
        } finally {
            spark.stop();
        }
    }

    @AfterAll
    static void forget() {
        SparkSession.clearDefaultSession();
    }

    private static void byCommands(Path to) {
        for (String day : List.of("0", "1")) {
            Kfac.run(
                            "collect",
                            "--master",
                            "local[2]",
                            "--set",
                            "model.path=" + MODEL,
                            "--set",
                            "data.path=" + DATA.resolve("digits.parquet/part-0000" + day + ".parquet"),
                            "--set",
                            "fisher.type=exact",
                            "--set",
                            "statistics.kinds=[kronecker, diagonal]",
                            "--set",
                            "output.path=" + to.resolve("day-" + day))
                    .succeeded();
        }
        Kfac.run("merge", to.resolve("day-0"), to.resolve("day-1"), "--weights", "0.5,1", "--output", to.resolve("sum"))
                .succeeded();
        Kfac.run(
                        "invert",
                        "--statistics",
                        to.resolve("day-0"),
                        "--method",
                        "eigen",
                        "--damping",
                        "auto",
                        "--validation",
                        to.resolve("day-1"),
                        "--layer-damping",
                        "out*=0.5",
                        "--output",
                        to.resolve("inverse"))
                .succeeded();
        Kfac.run(
                        "solve",
                        "--preconditioner",
                        to.resolve("inverse"),
                        "--vector",
                        to.resolve("day-0"),
                        "--vector",
                        to.resolve("day-1"),
                        "--downdate",
                        to.resolve("sum"),
                        "--downdate-weight",
                        "0.25",
                        "--output",
                        to.resolve("solutions"))
                .succeeded();
    }

    private static void fromCode(SparkSession spark, Path to) {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        Network network = SparkKfac.readModel(at(MODEL, hadoop));
        SparkKfac.writeModel(at(to.resolve("model"), hadoop), network, false);
        CollectOptions options = CollectOptions.defaults()
                .withFisher(Fisher.exact())
                .withKinds(StatisticKind.KRONECKER, StatisticKind.DIAGONAL);
        for (String day : List.of("0", "1")) {
            Dataset<Row> rows = spark.read()
                    .parquet(DATA.resolve("digits.parquet/part-0000" + day + ".parquet")
                            .toString());
            Collected collected = SparkKfac.collect(network, rows, options);
            SparkKfac.writeStatistics(at(to.resolve("day-" + day), hadoop), network, options, collected, false);
        }
        List<Location> days = List.of(at(to.resolve("day-0"), hadoop), at(to.resolve("day-1"), hadoop));
        StatisticsMerge merge = SparkKfac.merge(days, List.of(0.5, 1.0));
        StatisticsState sum = merge.sum();
        SparkKfac.writeStatistics(at(to.resolve("sum"), hadoop), merge, sum, false);

        StatisticsArtefact training = SparkKfac.readStatistics(days.get(0));
        StatisticsState heldOut = SparkKfac.readStatistics(days.get(1)).statistics();
        HeldOutDamping.Choice choice = SparkKfac.chooseDamping(training.statistics(), heldOut, Method.EIGEN);
        Damping lambda = Damping.absolute(choice.best().damping());
        DampingRule rule = DampingRule.of(lambda).withLayer("out*", Damping.absolute(0.5));
        SparkKfac.writePreconditioner(
                at(to.resolve("inverse"), hadoop),
                SparkKfac.invert(training.statistics(), Method.EIGEN, rule),
                lambda,
                training,
                false);

        Preconditioner p = SparkKfac.readPreconditioner(at(to.resolve("inverse"), hadoop));
        List<ParameterVector> vs =
                days.stream().map(day -> SparkKfac.readVector(day, p.shapes())).toList();
        ParameterVector g = sum.meanGradient().orElseThrow();
        List<ParameterVector> xs = SparkKfac.solve(p.downdate(g, 0.25), vs);
        for (int k = 0; k < 2; k++) {
            Location file = at(to.resolve("solutions/day-" + k + ".safetensors"), hadoop);
            SparkKfac.writeVector(file, xs.get(k), false);
            Near.assertNear("read again", SparkKfac.readVector(file, p.shapes()), xs.get(k), 0);
        }
        Near.assertFar(
                "without the downdate",
                SparkKfac.solve(p, vs).get(0).toArray(),
                xs.get(0).toArray());
        Near.assertNear(
                "one alone",
                SparkKfac.solve(p, vs.get(1)),
                SparkKfac.solve(p, vs).get(1),
                1e-14);
        assertThat(SparkKfac.verify(days.get(0)).files()).isEqualTo(6);
        assertThat(SparkKfac.spectra(training.statistics())).hasSize(8);
        assertThat(SparkKfac.spectra(p)).hasSize(2);
    }

    private static Location at(Path path, Configuration hadoop) {
        return Location.of(path.toString(), hadoop);
    }

    /** All files below a directory but the manifests, whose configuration differs, and the model. */
    private static Map<String, String> tensors(String directory) throws IOException {
        Path from = root.resolve(directory);
        try (Stream<Path> files = Files.walk(from)) {
            return files.filter(
                            file -> file.toString().endsWith(".safetensors") && !file.startsWith(from.resolve("model")))
                    .collect(Collectors.toMap(
                            file -> from.relativize(file).toString(), FromCodeIT::hex, (a, b) -> a, TreeMap::new));
        }
    }

    private static String hex(Path file) {
        try {
            return java.util.HexFormat.of().formatHex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theTensorsHaveTheSameBytes() throws IOException {
        Map<String, String> byCommands = tensors("commands");
        assertThat(byCommands).hasSize(3 * 6 + 3 + 2);
        assertThat(tensors("code")).isEqualTo(byCommands);
        assertThat(byCommands.get("day-0/gradient.safetensors"))
                .isNotEqualTo(byCommands.get("day-1/gradient.safetensors"));
    }

    @Test
    void eachGoesOnFromWhatTheOtherWrote() {
        Path code = root.resolve("code");
        Path commands = root.resolve("commands");
        String same = Kfac.run(
                        "merge", code.resolve("day-0"), commands.resolve("day-0"), "--output", root.resolve("twice"))
                .err();
        assertThat(same).contains("hold the same rows (data fingerprint ");
        Kfac.run("merge", code.resolve("day-0"), commands.resolve("day-1"), "--output", root.resolve("mixed"))
                .succeeded();
        assertThat(Kfac.run("inspect", code.resolve("inverse"), "--verify", "--spectra")
                        .succeeded()
                        .out())
                .contains("damped_fisher", "verified: 3 files");
        Configuration hadoop = new Configuration();
        List<Location> twice = List.of(at(code.resolve("day-0"), hadoop), at(commands.resolve("day-0"), hadoop));
        assertThatThrownBy(() -> SparkKfac.merge(twice))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("hold the same rows");
    }
}
