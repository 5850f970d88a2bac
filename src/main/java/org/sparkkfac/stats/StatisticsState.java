package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Taps;

/**
 * All sums over some rows: their number and weight, the {@link Statistic}s of each kind, and, where they were asked for, the
 * loss and its gradient. It is the sum of a {@link Statistics} part, joined by that of a {@link Gradient}.
 *
 * <p>Mutable and owned by whoever made it. The law of the package holds for the whole: empty is an identity, merging
 * any split gives the whole.
 */
public final class StatisticsState {
    private static final int MAGIC = 0x534b5354;
    private static final int VERSION = 2;

    private final List<LayerShape> layers;
    private final Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
    private @Nullable GradientSum gradient;
    private long rows;
    private double totalWeight;

    /** The empty sum. */
    public StatisticsState(List<LayerShape> layers, List<StatisticKind> kinds) {
        this(layers, kinds, List.of());
    }

    /** The empty sum, measured in the given bases where a kind needs some. */
    public StatisticsState(List<LayerShape> layers, List<StatisticKind> kinds, List<EigenBasis> bases) {
        this.layers = List.copyOf(layers);
        for (StatisticKind kind : kinds) {
            statistics.put(kind, new ArrayList<>(kind.empty(layers, bases)));
        }
    }

    /** Sums that were collected before, such as those of an artefact. */
    public static StatisticsState restored(
            List<LayerShape> layers,
            Map<StatisticKind, List<Statistic>> statistics,
            Optional<ParameterVector> gradient,
            long rows,
            double totalWeight,
            double lossSum) {
        StatisticsState state = new StatisticsState(layers, List.of());
        state.statistics.putAll(statistics);
        state.addCounts(rows, totalWeight);
        gradient.ifPresent(sum -> state.gradient = GradientSum.of(sum, rows, totalWeight, lossSum));
        return state;
    }

    /** The same with the gradient and loss of the same rows, shared. */
    StatisticsState with(GradientSum sum) {
        gradient = sum;
        return this;
    }

    void addStatistics(Taps taps) {
        addCounts(taps.rows(), taps.weight());
        for (List<Statistic> sums : statistics.values()) {
            for (int i = 0; i < sums.size(); i++) {
                sums.get(i).add(taps, i);
            }
        }
    }

    /**
     * Adds the sums of other rows.
     *
     * @throws IllegalArgumentException if layers or kinds differ
     */
    public void merge(StatisticsState other) {
        if (!layers.equals(other.layers) || !statistics.keySet().equals(other.statistics.keySet())) {
            throw new IllegalArgumentException("cannot merge " + statistics.keySet() + " of " + layers + " and "
                    + other.statistics.keySet() + " of " + other.layers);
        }
        addCounts(other.rows, other.totalWeight);
        if (other.gradient != null) {
            ownGradient().merge(other.gradient);
        }
        statistics.forEach((kind, own) -> {
            for (int i = 0; i < own.size(); i++) {
                own.get(i).merge(other.statistics(kind).get(i));
            }
        });
    }

    private GradientSum ownGradient() {
        if (gradient == null) {
            gradient = new GradientSum(layers);
        }
        return gradient;
    }

    void addCounts(long otherRows, double otherWeight) {
        rows += otherRows;
        totalWeight += otherWeight;
    }

    /** Multiplies all sums and the total weight by a factor, as if every row's weight had been so much larger. */
    public void scale(double factor) {
        totalWeight *= factor;
        if (gradient != null) {
            gradient.scale(factor);
        }
        statistics.values().forEach(sums -> sums.forEach(sum -> sum.scale(factor)));
    }

    /**
     * Takes over the kinds that another pass over the same rows collected; its counts are dropped.
     *
     * @throws UserException if the other pass saw other rows
     */
    void adopt(StatisticsState other) {
        if (rows != other.rows || totalWeight != other.totalWeight) {
            throw new UserException("the data changed between two passes: first " + rows + " rows of weight "
                    + totalWeight + ", then " + other.rows + " of weight " + other.totalWeight
                    + "; collect from data that stay as they are");
        }
        statistics.putAll(other.statistics);
    }

    /** The matrices of the statistics by kind and layer, shared. */
    List<DoubleMatrix> matrices() {
        return statistics.values().stream()
                .flatMap(List::stream)
                .flatMap(sum -> sum.parts().stream())
                .toList();
    }

    private void writeCounts(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(statistics.keySet().toString());
        out.writeLong(rows);
        out.writeDouble(totalWeight);
        out.writeBoolean(gradient != null);
        if (gradient != null) {
            gradient.writeCounts(out);
        }
    }

    private void addCounts(DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("these bytes are not a statistics state");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("a statistics state of version " + version + "; this program reads " + VERSION);
        }
        String kinds = in.readUTF();
        if (!kinds.equals(statistics.keySet().toString())) {
            throw new IOException("found the statistics " + kinds + " instead of " + statistics.keySet());
        }
        addCounts(in.readLong(), in.readDouble());
        if (in.readBoolean()) {
            ownGradient().addCounts(in);
        }
    }

    private List<DoubleMatrix> parts() {
        List<DoubleMatrix> parts =
                new ArrayList<>(gradient == null ? List.of() : gradient.vector().blocks());
        parts.addAll(matrices());
        return parts;
    }

    /** Writes the state: its counts, then its parts column by column. */
    public void write(DataOutput out) throws IOException {
        writeCounts(out);
        for (DoubleMatrix part : parts()) {
            DoubleBytes.write(out, part);
        }
    }

    /**
     * Reads what {@link #write} wrote of a state of the same layers and kinds.
     *
     * @throws IOException if the bytes are of another version or other kinds
     */
    public static StatisticsState read(List<LayerShape> layers, List<StatisticKind> kinds, DataInput in)
            throws IOException {
        return read(layers, kinds, List.of(), in);
    }

    /** As {@link #read(List, List, DataInput)}, for sums that were measured in the given bases. */
    public static StatisticsState read(
            List<LayerShape> layers, List<StatisticKind> kinds, List<EigenBasis> bases, DataInput in)
            throws IOException {
        StatisticsState state = new StatisticsState(layers, kinds, bases);
        state.addCounts(in);
        for (DoubleMatrix part : state.parts()) {
            DoubleBytes.read(in, part);
        }
        return state;
    }

    /** Shapes of the layers, in order. */
    public List<LayerShape> layers() {
        return layers;
    }

    /** The kinds collected, in the order of {@link StatisticKind}. */
    public List<StatisticKind> kinds() {
        return List.copyOf(statistics.keySet());
    }

    /** The sums of one kind, a layer each or one for the whole network; see {@link StatisticKind#keys}. */
    public List<Statistic> statistics(StatisticKind kind) {
        List<Statistic> sums = statistics.get(kind);
        if (sums == null) {
            throw new IllegalArgumentException(kind + " was not collected");
        }
        return List.copyOf(sums);
    }

    public long rows() {
        return rows;
    }

    /** Sum of the rows' weights, by which every average divides. */
    public double totalWeight() {
        return totalWeight;
    }

    /** Weighted sum of the rows' losses. */
    public double lossSum() {
        return gradient == null ? 0 : gradient.loss();
    }

    private Optional<GradientSum> labelled() {
        return Optional.ofNullable(gradient).filter(sum -> sum.rows() == rows && sum.isLabelled());
    }

    /** The weighted mean loss, if all rows had labels. */
    public Optional<Double> meanLoss() {
        return labelled().map(sum -> sum.loss() / totalWeight);
    }

    /** The weighted sum of the rows' gradients at the labels, if all had labels; shared, not a copy. */
    public Optional<ParameterVector> gradientSum() {
        return labelled().map(GradientSum::vector);
    }

    /** The weighted mean gradient, if all rows had labels. */
    public Optional<ParameterVector> meanGradient() {
        return labelled().map(sum -> sum.mean(totalWeight));
    }

    /** The average of one named sum of a layer, or with index 0 of the whole network, as a dense matrix. */
    public DoubleMatrix average(StatisticKind kind, int index, String name) {
        Entries sum = statistics(kind).get(index).sums().get(name);
        if (sum == null) {
            throw new IllegalArgumentException(kind + " has no " + name);
        }
        return sum.toDense(1 / totalWeight);
    }

    /** The first sum that is NaN or infinite, as {@code layer …: name}, if there is one. */
    public Optional<String> firstNonFinite() {
        Optional<String> ofGradient = gradient == null ? Optional.empty() : gradient.firstNonFinite();
        if (ofGradient.isPresent()) {
            return ofGradient;
        }
        for (Map.Entry<StatisticKind, List<Statistic>> kind : statistics.entrySet()) {
            List<String> keys = kind.getKey().keys(layers);
            for (int i = 0; i < keys.size(); i++) {
                for (Map.Entry<String, Entries> sum :
                        kind.getValue().get(i).sums().entrySet()) {
                    if (!sum.getValue().isFinite()) {
                        return Optional.of("layer " + keys.get(i) + ": " + sum.getKey());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
