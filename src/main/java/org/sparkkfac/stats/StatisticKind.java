package org.sparkkfac.stats;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.PackedSymmetric;

/** The statistics that can be collected. A new one is a {@link LayerStatistic} in a file of its own and a line here. */
// The functions are method references without state; the checker cannot see that.
@SuppressWarnings("ImmutableEnumChecker")
public enum StatisticKind {
    /** A and G of every layer. */
    KRONECKER(
            "kronecker",
            KroneckerFactors::new,
            layer -> PackedSymmetric.bytes(layer.columns()) + PackedSymmetric.bytes(layer.out())),
    /** The exact block of every layer. */
    EXACT_BLOCK("exact-block", ExactBlock::new, ExactBlock::bytes),
    /** The diagonal of every layer's block. */
    DIAGONAL("diagonal", DiagonalSum::new, layer -> Double.BYTES * layer.parameters());

    private final String key;
    private final Function<LayerShape, LayerStatistic> factory;
    private final ToLongFunction<LayerShape> bytes;

    StatisticKind(String key, Function<LayerShape, LayerStatistic> factory, ToLongFunction<LayerShape> bytes) {
        this.key = key;
        this.factory = factory;
        this.bytes = bytes;
    }

    /** The kind with the given name in configurations. */
    public static StatisticKind ofKey(String key) {
        return Arrays.stream(values())
                .filter(kind -> kind.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new UserException("unknown statistic '" + key + "'; choose among "
                        + Arrays.stream(values()).map(StatisticKind::key).collect(Collectors.joining(", "))));
    }

    /** The name in configurations. */
    public String key() {
        return key;
    }

    /** An empty sum for a layer. */
    public LayerStatistic empty(LayerShape layer) {
        return factory.apply(layer);
    }

    /** Bytes of the sum for a layer. */
    public long bytes(LayerShape layer) {
        return bytes.applyAsLong(layer);
    }

    @Override
    public String toString() {
        return key;
    }
}
