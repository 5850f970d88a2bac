package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sparkkfac.Range;
import org.sparkkfac.Setting;
import org.sparkkfac.linalg.LayerGlob;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;

/**
 * What to collect. Loss and gradient are always collected where the rows have labels.
 *
 * @param kinds statistics of every layer, without repetition, in the order of {@link StatisticKind}
 * @param fisher over which labels the Fisher matrix is taken
 * @param precision of the batches; sums across batches are double
 * @param blockRows rows of a batch
 * @param layers for which layers, as names with {@code *} and {@code ?}; the others are left out of everything but the
 *     loss
 */
public record StatisticsPlan(
        List<StatisticKind> kinds, Fisher fisher, Precision precision, int blockRows, List<String> layers) {
    public static final Setting<List<StatisticKind>> KINDS =
            Setting.list("kinds", StatisticKind.class, List.of(StatisticKind.KRONECKER), "what to collect");
    public static final Setting<List<String>> LAYERS = Setting.list(
            "layers",
            String.class,
            List.of("*"),
            "the layers to collect for, by name; * and ? stand for any characters and for one");
    public static final Setting<Precision> PRECISION = Setting.<Precision>of(
                    "precision", Precision.class, "arithmetic within a block of rows")
            .withDefault(Precision.DOUBLE);
    public static final Setting<Integer> BLOCK_ROWS =
            Setting.count("blockRows", Range.atLeast(1), "rows in a block").withDefault(1024);

    private static final List<String> ALL = List.of("*");

    /** Orders the kinds and rejects blocks without rows. */
    public StatisticsPlan {
        BLOCK_ROWS.check(blockRows);
        kinds = List.copyOf(new TreeSet<>(kinds));
        layers = List.copyOf(layers);
    }

    /** A plan for all layers. */
    public StatisticsPlan(List<StatisticKind> kinds, Fisher fisher, Precision precision, int blockRows) {
        this(kinds, fisher, precision, blockRows, ALL);
    }

    /** A plan for all layers in double precision with blocks of 1,024 rows. */
    public static StatisticsPlan of(Fisher fisher, StatisticKind... kinds) {
        return new StatisticsPlan(List.of(kinds), fisher, Precision.DOUBLE, 1024);
    }

    /** The same with other kinds. */
    public StatisticsPlan withKinds(List<StatisticKind> newKinds) {
        return new StatisticsPlan(newKinds, fisher, precision, blockRows, layers);
    }

    /** The same for the layers of these names, in which {@code *} and {@code ?} stand for any characters and for one. */
    public StatisticsPlan withLayers(String... names) {
        return new StatisticsPlan(kinds, fisher, precision, blockRows, List.of(names));
    }

    /**
     * The layers among these that the plan is for, in order.
     *
     * @throws org.sparkkfac.UserException if a name fits none
     */
    public List<LayerShape> select(List<LayerShape> all) {
        Set<LayerShape> selected = layers.stream()
                .flatMap(name -> new LayerGlob(name).select(all).stream())
                .collect(Collectors.toSet());
        return all.stream().filter(selected::contains).toList();
    }

    /**
     * Collects in one pass, or in two where eigenvalue corrections are wanted, since these need the eigenvectors of the
     * Kronecker factors, which are then collected too. Rows, weights and draws are the same in both.
     *
     * @param pass over the rows
     * @throws IllegalArgumentException if they are in another precision
     * @throws org.sparkkfac.UserException if the second pass saw other rows
     */
    public StatisticsState collect(Network network, Pass pass) {
        if (pass.precision() != precision) {
            throw new IllegalArgumentException(
                    "the rows are in " + pass.precision() + " precision; a pass over them cannot be in " + precision);
        }
        if (!kinds.contains(StatisticKind.EIGEN_CORRECTED)) {
            return first(network, pass);
        }
        List<StatisticKind> factors = new ArrayList<>(kinds);
        factors.remove(StatisticKind.EIGEN_CORRECTED);
        factors.add(StatisticKind.KRONECKER);
        StatisticsState statistics = withKinds(factors).first(network, pass);
        if (statistics.totalWeight() > 0) {
            Request corrections = corrections(network, EigenBasis.of(statistics));
            statistics.adopt(pass.run(network, corrections).of(Statistics.class));
        }
        return statistics;
    }

    private StatisticsState first(Network network, Pass pass) {
        Sums sums = pass.run(network, request(network, List.of()));
        return sums.of(Statistics.class).with(sums.of(Gradient.class));
    }

    /** The second pass, without loss and gradient: the eigenvalue corrections in some bases. */
    public Request corrections(Network network, List<EigenBasis> bases) {
        return Request.of(withKinds(List.of(StatisticKind.EIGEN_CORRECTED)).statistics(network, bases));
    }

    /** All kinds in one pass, for what that costs: corrections as if in bases that are there. */
    public Request request(Network network) {
        boolean isCorrected = kinds.contains(StatisticKind.EIGEN_CORRECTED);
        return request(
                network,
                isCorrected ? EigenBasis.placeholders(select(network.layers()).size()) : List.of());
    }

    private Request request(Network network, List<EigenBasis> bases) {
        return Request.of(new Gradient(Rows.ALL, select(network.layers())), statistics(network, bases));
    }

    private Statistics statistics(Network network, List<EigenBasis> bases) {
        return new Statistics(Rows.ALL, kinds, select(network.layers()), fisher, bases);
    }
}
