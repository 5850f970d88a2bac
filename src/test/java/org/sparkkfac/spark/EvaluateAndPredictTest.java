package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.spark.rows.BadRowPolicy;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.LocalSpark;
import org.sparkkfac.testing.Near;

/** Against outputs that are computed row by row, without a matrix product. */
final class EvaluateAndPredictTest {
    private static final CollectOptions OPTIONS = Samples.options(Fisher.empirical());

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid", "gaussian", "poisson"})
    void anEvaluationIsTheWeightedMeanOverRows(String likelihood) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, likelihood);
        List<Samples> samples = Samples.random(cases, likelihood, 100);
        BruteForce force = new BruteForce(network);
        double weight = 0;
        double loss = 0;
        double right = 0;
        double squares = 0;
        for (Samples row : samples) {
            double[] f = force.trace(row.x()).outputs();
            weight += row.weight();
            loss += row.weight() * force.loss(f, row.y());
            right += likelihood.equals("softmax") && largest(f) == (int) row.y()[0] ? row.weight() : 0;
            for (int c = 0; likelihood.equals("gaussian") && c < f.length; c++) {
                squares += row.weight() * (f[c] - row.y()[c]) * (f[c] - row.y()[c]);
            }
        }
        Evaluated evaluated = evaluate(network, samples, 1);
        Evaluation fit = evaluated.assessment().fit();
        assertThat(fit.rows()).isEqualTo(100);
        assertThat(evaluated.skipped().count()).isZero();
        Near.assertNear("weight", fit.weight(), weight, 1e-14);
        Near.assertNear("loss", fit.meanLoss(), loss / weight, 1e-12);
        if (likelihood.equals("softmax")) {
            Near.assertNear("accuracy", fit.score(), right / weight, 1e-14);
            double diagonal = 0;
            for (int c = 0; c < 3; c++) {
                diagonal += evaluated.assessment().confusion(c, c);
            }
            Near.assertNear("confusion", diagonal, right, 1e-14);
        }
        if (likelihood.equals("gaussian")) {
            double rmse = Math.sqrt(squares / weight / 3);
            Near.assertNear("rmse", fit.further().getOrDefault("rmse", Double.NaN), rmse, 1e-12);
        }
        Evaluation inMany = evaluate(network, samples, 7).assessment().fit();
        Near.assertNear("in other partitions", inMany.meanLoss(), fit.meanLoss(), 1e-13);
    }

    @Test
    void anEvaluationIsOneJobAndCountsWhatItLeftOut() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        List<Samples> samples = new ArrayList<>(Samples.random(cases, "softmax", 50));
        Evaluated clean = evaluate(network, samples, 3);
        samples.add(20, samples.get(3).withLabel(9));
        assertThatThrownBy(() -> evaluate(network, samples, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("label 9.0 must be a class index 0 … 2");
        JobCount count = new JobCount();
        SparkSession session = LocalSpark.shared();
        Evaluated dirty = count.during(
                session.sparkContext(),
                () -> SparkKfac.evaluate(
                        network, Samples.dataset(session, samples), OPTIONS.withBadRows(BadRowPolicy.SKIP)));
        assertThat(count.jobs()).isEqualTo(1);
        assertThat(dirty.skipped().count()).isEqualTo(1);
        assertThat(dirty.assessment().fit().rows()).isEqualTo(50);
        Near.assertNear(
                "loss",
                dirty.assessment().fit().meanLoss(),
                clean.assessment().fit().meanLoss(),
                1e-13);
    }

    @Test
    void withoutLabelsNothingIsEvaluated() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        Dataset<Row> rows = Samples.dataset(LocalSpark.shared(), Samples.random(cases, "softmax", 5));
        assertThatThrownBy(() -> SparkKfac.evaluate(network, rows, OPTIONS.withColumns(Columns.unlabelled("features"))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("need labels; name their columns");
    }

    @Test
    void outputsThatOverflowAreANumericalFailure() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "gaussian");
        network.parameters().block(1).scale(1e200);
        List<Samples> samples = Samples.random(cases, "gaussian", 5);
        assertThatThrownBy(() -> evaluate(network, samples, 1))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("the model's outputs overflow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "sigmoid", "gaussian", "poisson"})
    void predictionsAreTheMeansOfEveryRowUnderItsId(String likelihood) {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, likelihood);
        List<Samples> samples = Samples.random(cases, likelihood, 60);
        Predictions.Written written =
                predict(network, Samples.dataset(LocalSpark.shared(), samples).repartition(5), OPTIONS, "id");
        assertThat(written.rows()).isEqualTo(60);
        List<Row> found = read("id").collectAsList();
        assertThat(found).hasSize(60);
        boolean isProbability = likelihood.equals("softmax") || likelihood.equals("sigmoid");
        BruteForce force = new BruteForce(network);
        for (Samples row : samples) {
            Row prediction = found.stream()
                    .filter(some -> some.<Long>getAs("id") == row.id())
                    .findFirst()
                    .orElseThrow();
            double[] f = force.trace(row.x()).outputs();
            double[] mean = mean(likelihood, f);
            List<Double> values = prediction.getList(prediction.fieldIndex(isProbability ? "probability" : "mean"));
            Near.assertNear(
                    "row " + row.id(),
                    values.stream().mapToDouble(Double::doubleValue).toArray(),
                    mean,
                    1e-12);
            if (likelihood.equals("softmax")) {
                assertThat(prediction.<Integer>getAs("prediction")).isEqualTo(largest(f));
            }
        }
        assertThat(read("id").columns())
                .containsExactly(
                        likelihood.equals("softmax")
                                ? new String[] {"id", "probability", "prediction"}
                                : new String[] {"id", isProbability ? "probability" : "mean"});
    }

    @Test
    void oneOutputIsOneNumberAndLabelsAreNotRead() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "sigmoid", Samples.INPUTS, 1);
        List<Samples> samples = Samples.random(cases, "gaussian", 9); // no labels of a sigmoid
        predict(network, Samples.dataset(LocalSpark.shared(), samples), OPTIONS, "label", "id");
        Dataset<Row> found = read("id");
        assertThat(found.columns()).containsExactly("label", "id", "probability", "prediction");
        for (Row row : found.collectAsList()) {
            double probability = row.getAs("probability");
            assertThat(probability).isBetween(0.0, 1.0);
            assertThat(row.<Integer>getAs("prediction")).isEqualTo(probability >= 0.5 ? 1 : 0);
        }
    }

    @Test
    void singlePrecisionIsNearDouble() {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        Dataset<Row> rows = Samples.dataset(LocalSpark.shared(), Samples.random(cases, "softmax", 20));
        predict(network, rows, OPTIONS, "id");
        List<Row> exact = read("id").orderBy("id").collectAsList();
        predict(network, rows, OPTIONS.withPrecision(Precision.SINGLE), "id");
        List<Row> single = read("id").orderBy("id").collectAsList();
        for (int i = 0; i < exact.size(); i++) {
            double a = exact.get(i).<Double>getList(1).get(0);
            double b = single.get(i).<Double>getList(1).get(0);
            assertThat(b).isNotEqualTo(a);
            Near.assertNear("row " + i, b, a, 1e-5);
        }
    }

    @Test
    void aBadRowLeavesWhatWasThereAndNothingElse() throws Exception {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        List<Samples> samples = new ArrayList<>(Samples.random(cases, "softmax", 30));
        predict(network, Samples.dataset(LocalSpark.shared(), samples), OPTIONS, "id");
        List<String> before = files();
        assertThat(before).anyMatch(name -> name.endsWith(".parquet")).noneMatch(name -> name.endsWith(".crc"));

        samples.add(25, new Samples(new double[] {1, 2, Double.NaN, 4, 5}, new double[] {0}, 1, 4711));
        Dataset<Row> dirty = Samples.dataset(LocalSpark.shared(), samples);
        assertThatThrownBy(() -> predict(network, dirty, OPTIONS, "id"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("id 4711: features[2] is NaN");
        assertThat(files()).isEqualTo(before);

        Predictions.Written written = predict(network, dirty, OPTIONS.withBadRows(BadRowPolicy.SKIP), "id");
        assertThat(written.rows()).isEqualTo(30);
        assertThat(written.skipped().count()).isEqualTo(1);
        assertThat(read("id").where("id = 4711").count()).isZero();
    }

    @Test
    void aPlaceThatIsTakenIsRefused() throws Exception {
        Cases cases = Cases.one();
        Network network = Samples.network(cases, "softmax");
        Dataset<Row> rows = Samples.dataset(LocalSpark.shared(), Samples.random(cases, "softmax", 5));
        predict(network, rows, OPTIONS, "id");
        assertThatThrownBy(
                        () -> SparkKfac.predict(network, rows, OPTIONS, new Predictions(place(), false, List.of("id"))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds the predictions of an earlier run; choose another path or overwrite it");
        assertThatThrownBy(() -> predict(network, rows, OPTIONS, "nonsense"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("column 'nonsense' is not in the data");
        Path foreign = Files.createDirectories(directory.resolve("foreign"));
        Files.writeString(foreign.resolve("precious"), "x");
        Predictions over = new Predictions(Location.of(foreign.toString(), new Configuration()), true, List.of("id"));
        assertThatThrownBy(() -> SparkKfac.predict(network, rows, OPTIONS, over))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("so it is never overwritten");
        assertThat(foreign.resolve("precious")).exists();
    }

    private static Evaluated evaluate(Network network, List<Samples> samples, int partitions) {
        Dataset<Row> rows = Samples.dataset(LocalSpark.shared(), samples).repartition(partitions);
        return SparkKfac.evaluate(network, rows, OPTIONS);
    }

    private Predictions.Written predict(Network network, Dataset<Row> rows, CollectOptions options, String... keep) {
        return SparkKfac.predict(network, rows, options, new Predictions(place(), true, List.of(keep)));
    }

    private Location place() {
        return Location.of(directory.resolve("predictions").toString(), new Configuration());
    }

    private Dataset<Row> read(String order) {
        return LocalSpark.shared().read().parquet(place().path().toString()).orderBy(order);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static double[] mean(String likelihood, double[] f) {
        if (likelihood.equals("softmax")) {
            return BruteForce.softmax(f);
        }
        double[] mean = f.clone();
        for (int c = 0; c < f.length; c++) {
            mean[c] = switch (likelihood) {
                case "sigmoid" -> 1 / (1 + Math.exp(-f[c]));
                case "poisson" -> Math.exp(f[c]);
                default -> f[c];
            };
        }
        return mean;
    }

    private static int largest(double[] f) {
        int best = 0;
        for (int c = 1; c < f.length; c++) {
            best = f[c] > f[best] ? c : best;
        }
        return best;
    }
}
