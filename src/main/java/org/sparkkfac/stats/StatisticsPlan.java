package org.sparkkfac.stats;

import java.io.Serializable;
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
import org.sparkkfac.nn.TapEngine;

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
        List<StatisticKind> kinds, Fisher fisher, Precision precision, int blockRows, List<String> layers)
        implements Serializable {
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

    /** Bytes of one state for the given layers: what a task holds and sends. */
    public long stateBytes(List<LayerShape> all) {
        List<LayerShape> selected = select(all);
        long bytes = 0;
        for (LayerShape layer : selected) {
            bytes += Double.BYTES * layer.parameters();
        }
        for (StatisticKind kind : kinds) {
            bytes += kind.bytes(selected);
        }
        return bytes;
    }

    /**
     * Floating-point operations of the matrix products for each row of one pass, {@code n(n+1)} for a symmetric product of
     * one column, {@code 2nm} for any other; elementwise work is not counted.
     *
     * @param labelled whether loss and gradient are computed too
     */
    public double flopsOfRow(Network network, boolean labelled) {
        List<LayerShape> selected = select(network.layers());
        int fisherColumns = fisher.columns(network.outputs());
        double flops = TapEngine.flopsOfRow(network, fisher.gradientColumns(network.outputs(), labelled));
        for (LayerShape layer : selected) {
            flops += labelled ? 2.0 * layer.parameters() : 0;
        }
        for (StatisticKind kind : kinds) {
            flops += kind.flopsOfRow(selected, fisherColumns);
        }
        return flops;
    }
}
