package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sparkkfac.linalg.DoubleBytes;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Fisher;

/**
 * What a training step asks of some rows, all of it at once: every part may be empty, and no row pays for a part that it
 * is not in.
 *
 * @param gradient rows of which loss, score and gradient at the labels are wanted
 * @param statistics rows of which statistics are wanted; where they are among those of the gradient, their values are
 *     computed once
 * @param kinds which statistics
 * @param fisher over which labels they are taken
 * @param bases where eigenvalue corrections are measured, a layer each; empty without them
 * @param products rows over which {@code v_iᵀFv_j} is wanted, F with the exact Λ
 * @param directions v_1 … v_k
 * @param losses rows of which loss and score are wanted at other parameters
 * @param trials these parameters
 */
public record StepRequest(
        RowSelection gradient,
        RowSelection statistics,
        List<StatisticKind> kinds,
        Fisher fisher,
        List<EigenBasis> bases,
        RowSelection products,
        List<ParameterVector> directions,
        RowSelection losses,
        List<ParameterVector> trials) {
    private static final int MAGIC = 0x534b5251;
    private static final int VERSION = 1;

    /** Copies the lists and orders the kinds. */
    public StepRequest {
        kinds = List.copyOf(new TreeSet<>(kinds));
        bases = List.copyOf(bases);
        directions = List.copyOf(directions);
        trials = List.copyOf(trials);
    }

    /** Loss, score and gradient. */
    public static StepRequest gradient(RowSelection rows) {
        return new StepRequest(
                rows,
                RowSelection.NONE,
                List.of(),
                Fisher.empirical(),
                List.of(),
                RowSelection.NONE,
                List.of(),
                RowSelection.NONE,
                List.of());
    }

    /** Products of the exact Fisher matrix with directions. */
    public static StepRequest products(RowSelection rows, List<ParameterVector> directions) {
        return gradient(RowSelection.NONE).withProducts(rows, directions);
    }

    /** Loss and score at other parameters. */
    public static StepRequest losses(RowSelection rows, List<ParameterVector> trials) {
        return gradient(RowSelection.NONE).withLosses(rows, trials);
    }

    /** The same with statistics too. */
    public StepRequest withStatistics(
            RowSelection rows, Fisher newFisher, List<EigenBasis> newBases, List<StatisticKind> newKinds) {
        return new StepRequest(gradient, rows, newKinds, newFisher, newBases, products, directions, losses, trials);
    }

    /** The same with products too. */
    public StepRequest withProducts(RowSelection rows, List<ParameterVector> newDirections) {
        return new StepRequest(gradient, statistics, kinds, fisher, bases, rows, newDirections, losses, trials);
    }

    /** The same with losses too. */
    public StepRequest withLosses(RowSelection rows, List<ParameterVector> newTrials) {
        return new StepRequest(gradient, statistics, kinds, fisher, bases, products, directions, rows, newTrials);
    }

    /** Rows that are gone through, counted once for each part and each trial. */
    public long rowsTouched() {
        return gradient.rows() + statistics.rows() + products.rows() + losses.rows() * trials.size();
    }

    /** The most rows that go through the network at once. */
    public long longestRange() {
        return Stream.of(gradient, statistics, products, losses)
                .flatMap(rows -> rows.ranges().stream())
                .mapToLong(RowRange::count)
                .max()
                .orElse(0);
    }

    /** Writes the request: magic, version, selections, kinds, bases and vectors. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        for (RowSelection rows : List.of(gradient, statistics, products, losses)) {
            rows.write(out);
        }
        out.writeInt(kinds.size());
        for (StatisticKind kind : kinds) {
            out.writeUTF(kind.name());
        }
        out.writeUTF(fisher.type().name());
        out.writeInt(fisher.samples());
        out.writeLong(fisher.seed());
        out.writeInt(bases.size());
        for (EigenBasis basis : bases) {
            DoubleBytes.write(out, basis.activationVectors());
            DoubleBytes.write(out, basis.gradientVectors());
        }
        write(out, directions);
        write(out, trials);
    }

    private static void write(DataOutput out, List<ParameterVector> vectors) throws IOException {
        out.writeInt(vectors.size());
        for (ParameterVector vector : vectors) {
            for (int l = 0; l < vector.layers().size(); l++) {
                DoubleBytes.write(out, vector.block(l));
            }
        }
    }

    /**
     * Reads what {@link #write} wrote for a network of the same layers; eigenvalues of the bases are not sent.
     *
     * @throws IOException if the bytes are something else or of another version
     */
    public static StepRequest read(List<LayerShape> layers, DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("these bytes are not the request of a step");
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the request of a step of version " + version + "; this program reads " + VERSION);
        }
        RowSelection gradient = RowSelection.read(in);
        RowSelection statistics = RowSelection.read(in);
        RowSelection products = RowSelection.read(in);
        RowSelection losses = RowSelection.read(in);
        int count = in.readInt();
        List<StatisticKind> kinds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            kinds.add(StatisticKind.valueOf(in.readUTF()));
        }
        Fisher fisher = new Fisher(Fisher.Type.valueOf(in.readUTF()), in.readInt(), in.readLong());
        List<EigenBasis> bases = bases(in.readInt(), layers, in);
        List<ParameterVector> directions = vectors(layers, in);
        List<ParameterVector> trials = vectors(layers, in);
        return new StepRequest(gradient, statistics, kinds, fisher, bases, products, directions, losses, trials);
    }

    private static List<EigenBasis> bases(int count, List<LayerShape> layers, DataInput in) throws IOException {
        List<EigenBasis> bases = new ArrayList<>();
        for (int l = 0; l < count; l++) {
            DoubleMatrix activations =
                    DoubleMatrix.zeros(layers.get(l).columns(), layers.get(l).columns());
            DoubleMatrix gradients =
                    DoubleMatrix.zeros(layers.get(l).out(), layers.get(l).out());
            DoubleBytes.read(in, activations);
            DoubleBytes.read(in, gradients);
            bases.add(EigenBasis.ofVectors(activations, gradients));
        }
        return bases;
    }

    private static List<ParameterVector> vectors(List<LayerShape> layers, DataInput in) throws IOException {
        int count = in.readInt();
        List<ParameterVector> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ParameterVector vector = ParameterVector.zeros(layers);
            for (int l = 0; l < layers.size(); l++) {
                DoubleBytes.read(in, vector.block(l));
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
