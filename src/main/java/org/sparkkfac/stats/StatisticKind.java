package org.sparkkfac.stats;

import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.LayerShape;

/** The statistics that can be collected. A new one is a {@link Statistic} in a file of its own and a line here. */
@SuppressWarnings("ImmutableEnumChecker") // definitions are made of method references without state
public enum StatisticKind {
    /** A and G of every layer. */
    KRONECKER(KroneckerFactors.DEFINITION),
    /** The exact block of every layer. */
    EXACT_BLOCK(ExactBlock.DEFINITION),
    /** The diagonal of every layer's block. */
    DIAGONAL(DiagonalSum.DEFINITION),
    /** Second moments in the eigenbasis of the Kronecker factors, from a second pass. */
    EIGEN_CORRECTED(EigenCorrection.DEFINITION),
    /** The matrix over all layers. */
    FULL(FullMatrix.DEFINITION);

    private final StatisticDefinition definition;

    StatisticKind(StatisticDefinition definition) {
        this.definition = definition;
    }

    /** The name in configurations. */
    public String key() {
        return definition.key();
    }

    /** The names of what {@link Statistic#sums} gives. */
    public List<String> names() {
        return definition.names();
    }

    /** The cheaper statistics that may do instead, if there are some. */
    public Optional<String> smaller() {
        return definition.smaller();
    }

    /** Empty sums: one a layer, or one for the whole network. */
    public List<Statistic> empty(List<LayerShape> layers) {
        return empty(layers, List.of());
    }

    /** Empty sums, measured in the given bases where the kind needs some. */
    public List<Statistic> empty(List<LayerShape> layers, List<EigenBasis> bases) {
        return definition.empty().of(layers, bases);
    }

    /** Under which keys an artefact keeps the sums: the layers' names, or one for the whole network. */
    public List<String> keys(List<LayerShape> layers) {
        return definition.keys().apply(layers);
    }

    /** Bytes of the sums of all layers. */
    public long bytes(List<LayerShape> layers) {
        return definition.bytes().applyAsLong(layers);
    }

    /**
     * Floating-point operations of the matrix products for each row.
     *
     * @param columns gradient columns a row, k
     */
    public double flopsOfRow(List<LayerShape> layers, int columns) {
        return definition.flops().applyAsDouble(layers, columns);
    }

    @Override
    public String toString() {
        return key();
    }
}
