package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.PackedSymmetric;

/** The statistics that can be collected. A new one is a {@link Statistic} in a file of its own and a line here. */
// The functions are method references without state; the checker cannot see that.
@SuppressWarnings("ImmutableEnumChecker")
public enum StatisticKind {
    /** A and G of every layer. */
    KRONECKER(
            "kronecker",
            List.of(KroneckerFactors.ACTIVATION_COVARIANCE, KroneckerFactors.GRADIENT_COVARIANCE),
            aLayer(KroneckerFactors::new),
            eachLayer(layer -> PackedSymmetric.bytes(layer.columns()) + PackedSymmetric.bytes(layer.out())),
            (layers, k) -> sum(layers, layer -> symmetric(layer.columns()) + k * symmetric(layer.out()))),
    /** The exact block of every layer. */
    EXACT_BLOCK(
            "exact-block",
            List.of(ExactBlock.EXACT_BLOCK),
            aLayer(ExactBlock::new),
            eachLayer(ExactBlock::bytes),
            (layers, k) -> sum(layers, layer -> 0.5 * symmetric(layer.columns()) * symmetric(layer.out()))),
    /** The diagonal of every layer's block. */
    DIAGONAL(
            "diagonal",
            List.of(DiagonalSum.DIAGONAL),
            aLayer(DiagonalSum::new),
            eachLayer(layer -> Double.BYTES * layer.parameters()),
            (layers, k) -> sum(layers, layer -> 2.0 * k * layer.parameters())),
    /** Second moments in the eigenbasis of the Kronecker factors, from a second pass. */
    EIGEN_CORRECTED(
            "eigen-corrected",
            List.of(
                    EigenCorrection.LAMBDA_MATRIX,
                    EigenCorrection.ACTIVATION_EIGENVECTORS,
                    EigenCorrection.ACTIVATION_EIGENVALUES,
                    EigenCorrection.GRADIENT_EIGENVECTORS,
                    EigenCorrection.GRADIENT_EIGENVALUES),
            (layers, bases) -> {
                List<Statistic> corrections = new ArrayList<>();
                for (int l = 0; l < layers.size(); l++) {
                    EigenBasis basis = bases.isEmpty() ? EigenBasis.unknown(layers.get(l)) : bases.get(l);
                    corrections.add(new EigenCorrection(layers.get(l), basis));
                }
                return corrections;
            },
            eachLayer(layer -> Double.BYTES * layer.parameters()),
            (layers, k) -> sum(
                    layers,
                    layer -> 2 * Math.pow(layer.columns(), 2)
                            + 2 * k * Math.pow(layer.out(), 2)
                            + 2.0 * k * layer.parameters())),
    /** The matrix over all layers. */
    FULL(
            "full",
            List.of(FullMatrix.FULL),
            (layers, bases) -> List.of(new FullMatrix(layers)),
            layers -> PackedSymmetric.bytes(FullMatrix.parameters(layers)),
            (layers, k) -> k * symmetric((double) FullMatrix.parameters(layers)));

    private final String key;
    private final List<String> names;
    private final BiFunction<List<LayerShape>, List<EigenBasis>, List<Statistic>> factory;
    private final ToLongFunction<List<LayerShape>> bytes;
    private final ToDoubleBiFunction<List<LayerShape>, Integer> flops;

    StatisticKind(
            String key,
            List<String> names,
            BiFunction<List<LayerShape>, List<EigenBasis>, List<Statistic>> factory,
            ToLongFunction<List<LayerShape>> bytes,
            ToDoubleBiFunction<List<LayerShape>, Integer> flops) {
        this.key = key;
        this.names = names;
        this.factory = factory;
        this.bytes = bytes;
        this.flops = flops;
    }

    private static BiFunction<List<LayerShape>, List<EigenBasis>, List<Statistic>> aLayer(
            Function<LayerShape, LayerStatistic> factory) {
        return (layers, bases) -> layers.stream().<Statistic>map(factory).toList();
    }

    private static ToLongFunction<List<LayerShape>> eachLayer(ToLongFunction<LayerShape> bytes) {
        return layers -> layers.stream().mapToLong(bytes).sum();
    }

    private static double sum(List<LayerShape> layers, ToDoubleFunction<LayerShape> flops) {
        return layers.stream().mapToDouble(flops).sum();
    }

    /** Operations of one column's outer product with itself: n(n+1), since a symmetric result has n(n+1)/2 entries. */
    private static double symmetric(double n) {
        return n * (n + 1);
    }

    /** The name in configurations. */
    public String key() {
        return key;
    }

    /** The names of what {@link Statistic#sums} gives. */
    public List<String> names() {
        return names;
    }

    /** Empty sums: one a layer, or one for the whole network. */
    public List<Statistic> empty(List<LayerShape> layers) {
        return empty(layers, List.of());
    }

    /** Empty sums, measured in the given bases where the kind needs some. */
    public List<Statistic> empty(List<LayerShape> layers, List<EigenBasis> bases) {
        return factory.apply(layers, bases);
    }

    /** Under which keys an artefact keeps the sums: the layers' names, or one for the whole network. */
    public List<String> keys(List<LayerShape> layers) {
        return this == FULL
                ? List.of(FullMatrix.FULL)
                : layers.stream().map(LayerShape::name).toList();
    }

    /** Bytes of the sums of all layers. */
    public long bytes(List<LayerShape> layers) {
        return bytes.applyAsLong(layers);
    }

    /**
     * Floating-point operations of the matrix products for each row.
     *
     * @param columns gradient columns a row, k
     */
    public double flopsOfRow(List<LayerShape> layers, int columns) {
        return flops.applyAsDouble(layers, columns);
    }

    @Override
    public String toString() {
        return key;
    }
}
