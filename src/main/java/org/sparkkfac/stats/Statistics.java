package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Fisher;
import org.sparkkfac.nn.Network;

/**
 * Asks for Fisher statistics.
 *
 * @param rows over which rows
 * @param kinds which, in the order of {@link StatisticKind}
 * @param layers of which layers
 * @param sampling over which labels
 * @param bases where eigenvalue corrections are measured, a layer each; empty without them
 */
public record Statistics(
        Rows rows, List<StatisticKind> kinds, List<LayerShape> layers, Fisher sampling, List<EigenBasis> bases)
        implements Part<StatisticsState> {
    private static final long serialVersionUID = 1;

    /** Copies the lists and orders the kinds. */
    public Statistics {
        kinds = List.copyOf(new TreeSet<>(kinds));
        layers = List.copyOf(layers);
        bases = List.copyOf(bases);
    }

    @Override
    public Optional<Fisher> fisher() {
        return Optional.of(sampling);
    }

    @Override
    public StatisticsState empty(Network network) {
        return new StatisticsState(layers, kinds, bases);
    }

    @Override
    public void fold(BlockVisit visit, StatisticsState sum) {
        sum.addStatistics(visit.forFisher(sampling).select(layers));
    }

    @Override
    public void merge(StatisticsState sum, StatisticsState other) {
        sum.merge(other);
    }

    @Override
    public List<DoubleMatrix> matrices(StatisticsState sum) {
        return sum.matrices();
    }

    @Override
    public void writeCounts(StatisticsState sum, DataOutput out) throws IOException {
        out.writeLong(sum.rows());
        out.writeDouble(sum.totalWeight());
    }

    @Override
    public void addCounts(StatisticsState sum, DataInput in) throws IOException {
        sum.addCounts(in.readLong(), in.readDouble());
    }

    @Override
    public Optional<String> firstNonFinite(StatisticsState sum) {
        return sum.firstNonFinite();
    }

    @Override
    public long stateBytes(Network network) {
        return kinds.stream().mapToLong(kind -> kind.bytes(layers)).sum();
    }

    @Override
    public long messageBytes(Network network) {
        return bases.isEmpty() ? 0 : EigenBasis.bytes(layers);
    }

    /** {@inheritDoc} With bases also the factors that they are of. */
    @Override
    public long heldBytes(Network network) {
        boolean factors = !bases.isEmpty() && !kinds.contains(StatisticKind.KRONECKER);
        return messageBytes(network) + (factors ? StatisticKind.KRONECKER.bytes(layers) : 0);
    }

    @Override
    public double flopsOfRow(Network network) {
        int columns = sampling.columns(network.outputs());
        return kinds.stream()
                .mapToDouble(kind -> kind.flopsOfRow(layers, columns))
                .sum();
    }

    @Override
    public String name() {
        return bases.isEmpty() ? "collect" : "correct";
    }

    @Override
    public String toString() {
        return kinds + " statistics, " + sampling.type() + " Fisher";
    }
}
