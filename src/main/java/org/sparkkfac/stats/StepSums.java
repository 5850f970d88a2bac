package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Evaluation;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.Taps;

/**
 * The answer to a {@link StepRequest}: weighted sums over rows, each part with the number and weight of its rows, divided
 * when they are read. Parts that were not asked for hold nothing.
 *
 * <p>Mutable and owned by whoever made it. Empty is an identity, merging any split gives the whole to rounding, and
 * merging the same parts in the same order gives the same bits.
 */
public final class StepSums {
    private static final int MAGIC = 0x534b5355;
    private static final int VERSION = 1;

    private final List<LayerShape> layers;
    private final Evaluation fit;
    private final List<DoubleMatrix> gradient = new ArrayList<>();
    private final Map<StatisticKind, List<Statistic>> statistics = new EnumMap<>(StatisticKind.class);
    private final DoubleMatrix products;
    private final List<Evaluation> trials = new ArrayList<>();
    private long statisticsRows;
    private double statisticsWeight;
    private double productsWeight;

    /** The empty answer. */
    public StepSums(Network network, StepRequest request) {
        layers = network.layers();
        fit = new Evaluation(network);
        if (!request.gradient().isEmpty()) {
            layers.forEach(layer -> gradient.add(DoubleMatrix.zeros(layer.out(), layer.columns())));
        }
        if (!request.statistics().isEmpty()) {
            request.kinds().forEach(kind -> statistics.put(kind, kind.empty(layers, request.bases())));
        }
        int k = request.products().isEmpty() ? 0 : request.directions().size();
        products = DoubleMatrix.zeros(k, k);
        for (int i = 0; i < (request.losses().isEmpty() ? 0 : request.trials().size()); i++) {
            trials.add(new Evaluation(network));
        }
    }

    void addGradient(Taps taps) {
        for (int l = 0; l < layers.size(); l++) {
            Tap tap = taps.layers().get(l);
            Matrix atLabels = tap.labelGradients();
            if (atLabels != null) {
                gradient.get(l).addProduct(atLabels, false, tap.weightedActivations(), true);
            }
        }
    }

    void addStatistics(Taps taps) {
        statisticsRows += taps.rows();
        statisticsWeight += taps.weight();
        for (List<Statistic> sums : statistics.values()) {
            for (int i = 0; i < sums.size(); i++) {
                sums.get(i).add(taps, i);
            }
        }
    }

    /** The k × k sums of products, after {@code weight} more of rows; to be added to. */
    DoubleMatrix products(double weight) {
        productsWeight += weight;
        return products;
    }

    /** Adds the answer of other rows to the same request. */
    public void merge(StepSums other) {
        fit.merge(other.fit);
        for (int l = 0; l < gradient.size(); l++) {
            gradient.get(l).add(1, other.gradient.get(l));
        }
        statistics.forEach((kind, own) -> {
            List<Statistic> others = other.statistics.getOrDefault(kind, List.of());
            for (int i = 0; i < own.size(); i++) {
                own.get(i).merge(others.get(i));
            }
        });
        statisticsRows += other.statisticsRows;
        statisticsWeight += other.statisticsWeight;
        products.add(1, other.products);
        productsWeight += other.productsWeight;
        for (int i = 0; i < trials.size(); i++) {
            trials.get(i).merge(other.trials.get(i));
        }
    }

    /**
     * The matrices that hold sums, shared: gradient, {@linkplain Statistic#parts parts} of the statistics, products.
     * Together with {@link #writeCounts} they are the answer, and adding them up in the order of the merges is {@link
     * #merge}.
     */
    public List<DoubleMatrix> parts() {
        List<DoubleMatrix> parts = new ArrayList<>(gradient);
        statistics.values().forEach(sums -> sums.forEach(sum -> parts.addAll(sum.parts())));
        parts.add(products);
        return parts;
    }

    /** Writes what is no matrix: magic, version, numbers and weights of rows, losses and scores. */
    public void writeCounts(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        fit.write(out);
        out.writeLong(statisticsRows);
        out.writeDouble(statisticsWeight);
        out.writeDouble(productsWeight);
        for (Evaluation trial : trials) {
            trial.write(out);
        }
    }

    /** Writes the sums: their counts, then their parts column by column. */
    public void write(DataOutput out) throws IOException {
        writeCounts(out);
        for (DoubleMatrix part : parts()) {
            DoubleBytes.write(out, part);
        }
    }

    /**
     * Adds the counts that {@link #writeCounts} wrote of an answer to the same request.
     *
     * @throws IOException if the bytes are something else or of another version
     */
    public void addCounts(DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("these bytes are not the sums of a step");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the sums of a step of version " + version + "; this program reads " + VERSION);
        }
        fit.add(in);
        statisticsRows += in.readLong();
        statisticsWeight += in.readDouble();
        productsWeight += in.readDouble();
        for (Evaluation trial : trials) {
            trial.add(in);
        }
    }

    /**
     * Reads what {@link #write} wrote of an answer to the same request.
     *
     * @throws IOException if the bytes are something else or of another version
     */
    public static StepSums read(Network network, StepRequest request, DataInput in) throws IOException {
        StepSums sums = new StepSums(network, request);
        sums.addCounts(in);
        for (DoubleMatrix part : sums.parts()) {
            DoubleBytes.read(in, part);
        }
        return sums;
    }

    /** Loss and score of the rows of the gradient; shared. */
    public Evaluation fit() {
        return fit;
    }

    /** The weighted mean gradient, as a new vector. */
    public ParameterVector meanGradient() {
        List<DoubleMatrix> means = gradient.stream().map(DoubleMatrix::copy).toList();
        means.forEach(block -> block.scale(1 / fit.weight()));
        return new ParameterVector(layers, means);
    }

    /** The statistics, shared, without loss and gradient. */
    public StatisticsState statistics() {
        return StatisticsState.restored(layers, statistics, Optional.empty(), statisticsRows, statisticsWeight, 0);
    }

    /** The weighted means of {@code v_iᵀFv_j}, k × k, as a new matrix. */
    public DoubleMatrix fisherProducts() {
        DoubleMatrix means = products.copy();
        means.scale(1 / productsWeight);
        return means;
    }

    /** Loss and score at each of the trial parameters; shared. */
    public List<Evaluation> trials() {
        return List.copyOf(trials);
    }
}
