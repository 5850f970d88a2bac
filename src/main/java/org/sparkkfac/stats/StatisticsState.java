package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.Taps;

/**
 * All sums over some rows: their number, weight and loss, the gradient of the loss, and the {@link Statistic}s of each kind. Counts travel with the sums, so a task that runs twice is counted once.
 *
 * <p>Mutable and owned by whoever made it. The law of the package holds for the whole: empty is an identity, merging
 * any split gives the whole.
 */
public final class StatisticsState {
    private static final int MAGIC = 0x534b5354;
    private static final int VERSION = 2;

    private final List<LayerShape> layers;
    private final Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
    private final ParameterVector gradient;
    private long rows;
    private long labelledRows;
    private double totalWeight;
    private double lossSum;

    /** The empty sum. */
    public StatisticsState(List<LayerShape> layers, List<StatisticKind> kinds) {
        this(layers, kinds, List.of());
    }

    /** The empty sum, measured in the given bases where a kind needs some. */
    public StatisticsState(List<LayerShape> layers, List<StatisticKind> kinds, List<EigenBasis> bases) {
        this.layers = List.copyOf(layers);
        this.gradient = ParameterVector.zeros(layers);
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
        state.rows = rows;
        state.totalWeight = totalWeight;
        state.lossSum = lossSum;
        gradient.ifPresent(sum -> {
            state.gradient.add(1, sum);
            state.labelledRows = rows;
        });
        return state;
    }

    /** Adds a batch. */
    public void add(Taps taps) {
        rows += taps.rows();
        totalWeight += taps.weight();
        lossSum += taps.loss();
        for (List<Statistic> sums : statistics.values()) {
            for (int i = 0; i < sums.size(); i++) {
                sums.get(i).add(taps, i);
            }
        }
        for (int l = 0; l < layers.size(); l++) {
            Tap tap = taps.layers().get(l);
            Matrix atLabels = tap.labelGradients();
            if (atLabels != null) {
                gradient.block(l).addProduct(atLabels, false, tap.weightedActivations(), true);
                labelledRows += l == 0 ? taps.rows() : 0;
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
        addCounts(other.rows, other.labelledRows, other.totalWeight, other.lossSum);
        gradient.add(1, other.gradient);
        statistics.forEach((kind, own) -> {
            for (int i = 0; i < own.size(); i++) {
                own.get(i).merge(other.statistics(kind).get(i));
            }
        });
    }

    private void addCounts(long otherRows, long otherLabelledRows, double otherWeight, double otherLossSum) {
        rows += otherRows;
        labelledRows += otherLabelledRows;
        totalWeight += otherWeight;
        lossSum += otherLossSum;
    }

    /** Multiplies all sums and the total weight by a factor, as if every row's weight had been so much larger. */
    public void scale(double factor) {
        totalWeight *= factor;
        lossSum *= factor;
        gradient.scale(factor);
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

    /**
     * The matrices that hold the sums, shared: the gradient's blocks, then the {@linkplain Statistic#parts parts} of the
     * statistics by kind and layer. Together with {@link #writeCounts} they are the state, and adding them up, part by
     * part in the order of the merges, is {@link #merge}.
     */
    public List<DoubleMatrix> parts() {
        List<DoubleMatrix> parts = new ArrayList<>(gradient.blocks());
        statistics.values().forEach(sums -> sums.forEach(sum -> parts.addAll(sum.parts())));
        return parts;
    }

    /** Writes what is no matrix: magic, version, kinds, numbers of rows, weight, loss. */
    public void writeCounts(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(statistics.keySet().toString());
        out.writeLong(rows);
        out.writeLong(labelledRows);
        out.writeDouble(totalWeight);
        out.writeDouble(lossSum);
    }

    /**
     * Adds the counts that {@link #writeCounts} wrote of a state of the same kinds.
     *
     * @throws IOException if the bytes are of another version or other kinds
     */
    public void addCounts(DataInput in) throws IOException {
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
        addCounts(in.readLong(), in.readLong(), in.readDouble(), in.readDouble());
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
        state.add(in);
        return state;
    }

    /**
     * Merges what {@link #write} wrote of a state of the same layers and kinds, without a state in between.
     *
     * @throws IOException if the bytes are of another version or other kinds
     */
    public void add(DataInput in) throws IOException {
        addCounts(in);
        for (DoubleMatrix part : parts()) {
            DoubleBytes.add(in, part);
        }
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
        return lossSum;
    }

    /** Whether there are rows, all with labels: sums over some of them would be divided by the weight of all. */
    private boolean isLabelled() {
        return rows > 0 && labelledRows == rows;
    }

    /** The weighted mean loss, if all rows had labels. */
    public Optional<Double> meanLoss() {
        return isLabelled() ? Optional.of(lossSum / totalWeight) : Optional.empty();
    }

    /** The weighted sum of the rows' gradients at the labels, if all had labels; shared, not a copy. */
    public Optional<ParameterVector> gradientSum() {
        return isLabelled() ? Optional.of(gradient) : Optional.empty();
    }

    /** The weighted mean gradient, if all rows had labels. */
    public Optional<ParameterVector> meanGradient() {
        return gradientSum().map(sum -> {
            ParameterVector mean = sum.copy();
            mean.scale(1 / totalWeight);
            return mean;
        });
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
        if (!Double.isFinite(lossSum)) {
            return Optional.of("the loss");
        }
        for (int l = 0; l < layers.size(); l++) {
            if (!gradient.block(l).isFinite()) {
                return Optional.of("layer " + layers.get(l).name() + ": gradient");
            }
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
