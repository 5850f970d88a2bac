package org.sparkkfac.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.NodeSpec;
import org.sparkkfac.nn.RowBlock;
import org.sparkkfac.nn.RowBlockBuilder;
import org.sparkkfac.nn.likelihood.Likelihoods;
import org.sparkkfac.spark.rows.Columns;
import org.sparkkfac.spark.rows.RowHash;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.LocalPass;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Kinds;
import org.sparkkfac.testing.Near;

/**
 * Random rows and networks, the reference for passes over them, and comparisons of what was collected.
 *
 * @param x features
 * @param y label
 * @param weight a weight
 * @param id a row id
 */
record Samples(double[] x, double[] y, double weight, long id) {
    static final int INPUTS = 5;
    static final int OUTPUTS = 3;

    /** {@code features}, {@code label}: arrays of doubles; {@code weight}: double; {@code id}: long. */
    static final StructType SCHEMA = schema(
            new StructField("features", DataTypes.createArrayType(DataTypes.DoubleType), true, null),
            new StructField("label", DataTypes.createArrayType(DataTypes.DoubleType), true, null),
            new StructField("weight", DataTypes.DoubleType, true, null),
            new StructField("id", DataTypes.LongType, true, null));

    static final Columns COLUMNS =
            Columns.of("features", "label").withWeight("weight").withId("id");

    /** What one job collects; eigenvalue corrections take a second one and have a test of their own. */
    static final StatisticKind[] KINDS = Kinds.ONE_PASS.toArray(StatisticKind[]::new);

    /** Rows whose labels the likelihood accepts, some of weight 0. */
    static List<Samples> random(Cases cases, String likelihood, int rows) {
        List<Samples> samples = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double weight = cases.chance(0.1) ? 0 : cases.uniform(0.5, 2);
            samples.add(new Samples(cases.normals(INPUTS), label(cases, likelihood), weight, 1000L - 7L * i));
        }
        return samples;
    }

    private static double[] label(Cases cases, String likelihood) {
        return switch (likelihood) {
            case "softmax" -> new double[] {cases.integer(0, OUTPUTS - 1)};
            case "sigmoid" -> new double[] {cases.integer(0, 1), cases.uniform(0, 1), cases.integer(0, 1)};
            case "poisson" -> new double[] {cases.integer(0, 4), cases.integer(0, 2), cases.uniform(0, 3)};
            default -> cases.normals(OUTPUTS);
        };
    }

    /** Two layers, the second without a bias. */
    static Network network(Cases cases, String likelihood) {
        return network(cases, likelihood, INPUTS, OUTPUTS);
    }

    static Network network(Cases cases, String likelihood, int inputs, int outputs) {
        Network network = Network.of(
                inputs,
                List.of(
                        new NodeSpec("hidden", "dense", Map.of("units", 4)),
                        new NodeSpec("act", "tanh", Map.of()),
                        new NodeSpec("output", "dense", Map.of("units", outputs, "bias", false))),
                Likelihoods.create(likelihood, likelihood.equals("gaussian") ? Map.of("variance", 0.7) : Map.of()));
        ParameterVector parameters = ParameterVector.zeros(network.layers());
        for (int l = 0; l < network.layers().size(); l++) {
            parameters.block(l).map(zero -> 0.6 * cases.normal());
        }
        return network.withParameters(parameters);
    }

    static CollectOptions options(Fisher fisher) {
        return CollectOptions.defaults()
                .withColumns(COLUMNS)
                .withFisher(fisher)
                .withKinds(KINDS)
                .withBlockRows(7);
    }

    static Dataset<Row> dataset(SparkSession session, List<Samples> samples) {
        return session.createDataFrame(samples.stream().map(Samples::row).toList(), SCHEMA);
    }

    Row row() {
        return RowFactory.create(boxed(x), boxed(y), weight, id);
    }

    static Double[] boxed(double[] values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }

    static StructType schema(StructField... fields) {
        return new StructType(Arrays.stream(fields)
                .map(field -> DataTypes.createStructField(field.name(), field.dataType(), field.nullable()))
                .toArray(StructField[]::new));
    }

    /** What a pass in this process makes of the rows. */
    static StatisticsState local(Network network, StatisticsPlan plan, List<Samples> samples) {
        return plan.collect(network, LocalPass.of(plan.precision(), blocks(network, plan, samples)));
    }

    /** Corrections of the rows in bases from elsewhere. */
    static StatisticsState localCorrections(
            Network network, StatisticsPlan plan, List<EigenBasis> bases, List<Samples> samples) {
        return LocalPass.of(plan.precision(), blocks(network, plan, samples))
                .run(network, plan.corrections(network, bases))
                .of(Statistics.class);
    }

    static List<RowBlock> blocks(Network network, StatisticsPlan plan, List<Samples> samples) {
        RowBlockBuilder builder = new RowBlockBuilder(plan.precision(), network.inputs(), plan.blockRows());
        List<RowBlock> blocks = new ArrayList<>();
        for (Samples row : samples) {
            if (builder.add(row.x, row.y.length == 0 ? null : row.y, row.weight, row.id)) {
                blocks.add(builder.build());
            }
        }
        if (!builder.isEmpty()) {
            blocks.add(builder.build());
        }
        return blocks;
    }

    /** The same row with another id, such as the hash that rows without one get. */
    Samples withId(long newId) {
        return new Samples(x, y, weight, newId);
    }

    Samples withHashId() {
        return withId(new RowHash().of(x));
    }

    Samples withUnitWeight() {
        return new Samples(x, y, 1, id);
    }

    Samples withLabel(double... label) {
        return new Samples(x, label, weight, id);
    }

    static void assertNear(StatisticsState actual, StatisticsState expected, double tolerance) {
        assertThat(actual.kinds()).isEqualTo(expected.kinds());
        assertThat(actual.rows()).isEqualTo(expected.rows());
        Near.assertNear("total weight", actual.totalWeight(), expected.totalWeight(), 1e-14);
        Near.assertNear("loss", actual.lossSum(), expected.lossSum(), tolerance);
        assertThat(actual.gradientSum().isPresent())
                .isEqualTo(expected.gradientSum().isPresent());
        expected.gradientSum()
                .ifPresent(
                        sum -> Near.assertNear("gradient", actual.gradientSum().orElseThrow(), sum, tolerance));
        for (StatisticKind kind : expected.kinds()) {
            List<String> keys = kind.keys(expected.layers());
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                var found = actual.statistics(kind).get(i).sums();
                var sums = expected.statistics(kind).get(i).sums();
                assertThat(found.keySet()).isEqualTo(sums.keySet());
                Set<String> names = sums.keySet();
                names.forEach(name ->
                        Near.assertNear(kind + " " + key + " " + name, found.get(name), sums.get(name), tolerance));
            }
        }
    }

    static byte[] bytes(StatisticsState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            state.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
