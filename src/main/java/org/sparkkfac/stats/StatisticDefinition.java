package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToLongFunction;
import org.sparkkfac.linalg.LayerShape;

/**
 * What a kind of statistic says of itself.
 *
 * @param key the name in configurations
 * @param names of what {@link Statistic#sums} gives
 * @param smaller cheaper statistics that may do instead, if there are some
 * @param keys under which an artefact keeps the sums
 * @param empty makes empty sums
 * @param bytes of the sums of all layers
 * @param flops of the matrix products for each row, with k gradient columns a row
 */
record StatisticDefinition(
        String key,
        List<String> names,
        Optional<String> smaller,
        Function<List<LayerShape>, List<String>> keys,
        Empty empty,
        ToLongFunction<List<LayerShape>> bytes,
        ToDoubleBiFunction<List<LayerShape>, Integer> flops) {
    /** Makes empty sums, measured in the given bases where they need some. */
    @FunctionalInterface
    interface Empty {
        List<Statistic> of(List<LayerShape> layers, List<EigenBasis> bases);
    }

    /** A statistic of every layer. */
    static StatisticDefinition ofLayers(
            String key,
            List<String> names,
            Optional<String> smaller,
            Function<LayerShape, LayerStatistic> empty,
            ToLongFunction<LayerShape> bytes,
            ToDoubleBiFunction<LayerShape, Integer> flops) {
        return new StatisticDefinition(
                key,
                names,
                smaller,
                layers -> layers.stream().map(LayerShape::name).toList(),
                (layers, bases) -> layers.stream().<Statistic>map(empty).toList(),
                layers -> layers.stream().mapToLong(bytes).sum(),
                (layers, k) -> layers.stream()
                        .mapToDouble(layer -> flops.applyAsDouble(layer, k))
                        .sum());
    }

    /** The same with sums that are measured in bases, or in unknown ones where there are none. */
    StatisticDefinition inBases(BiFunction<LayerShape, EigenBasis, Statistic> factory) {
        Empty corrections = (layers, bases) -> {
            List<Statistic> sums = new ArrayList<>();
            for (int l = 0; l < layers.size(); l++) {
                LayerShape layer = layers.get(l);
                sums.add(factory.apply(layer, bases.isEmpty() ? EigenBasis.unknown(layer) : bases.get(l)));
            }
            return sums;
        };
        return new StatisticDefinition(key, names, smaller, keys, corrections, bytes, flops);
    }

    /** Operations of one column's outer product with itself: n(n+1), since a symmetric result has n(n+1)/2 entries. */
    static double symmetric(double n) {
        return n * (n + 1);
    }
}
