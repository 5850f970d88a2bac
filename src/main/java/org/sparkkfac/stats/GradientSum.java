package org.sparkkfac.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.nn.Tap;
import org.sparkkfac.nn.Taps;

/** The sum of a {@link Gradient}: weighted gradients and losses, with the number and weight of their rows. */
public final class GradientSum {
    private final ParameterVector vector;
    private long rows;
    private long labelledRows;
    private double weight;
    private double loss;

    GradientSum(List<LayerShape> layers) {
        vector = ParameterVector.zeros(layers);
    }

    /** A sum over rows that all had labels. */
    static GradientSum of(ParameterVector vector, long rows, double weight, double loss) {
        GradientSum sum = new GradientSum(vector.layers());
        sum.vector.add(1, vector);
        sum.addCounts(rows, rows, weight, loss);
        return sum;
    }

    void add(Taps taps) {
        long labelled = 0;
        for (int l = 0; l < vector.layers().size(); l++) {
            Tap tap = taps.layers().get(l);
            Matrix atLabels = tap.labelGradients();
            if (atLabels != null) {
                vector.block(l).addProduct(atLabels, false, tap.weightedActivations(), true);
                labelled = taps.rows();
            }
        }
        addCounts(taps.rows(), labelled, taps.weight(), taps.loss());
    }

    void merge(GradientSum other) {
        vector.add(1, other.vector);
        addCounts(other.rows, other.labelledRows, other.weight, other.loss);
    }

    private void addCounts(long moreRows, long moreLabelled, double moreWeight, double moreLoss) {
        rows += moreRows;
        labelledRows += moreLabelled;
        weight += moreWeight;
        loss += moreLoss;
    }

    void scale(double factor) {
        vector.scale(factor);
        weight *= factor;
        loss *= factor;
    }

    void writeCounts(DataOutput out) throws IOException {
        out.writeLong(rows);
        out.writeLong(labelledRows);
        out.writeDouble(weight);
        out.writeDouble(loss);
    }

    void addCounts(DataInput in) throws IOException {
        addCounts(in.readLong(), in.readLong(), in.readDouble(), in.readDouble());
    }

    Optional<String> firstNonFinite() {
        if (!Double.isFinite(loss)) {
            return Optional.of("the loss");
        }
        for (int l = 0; l < vector.layers().size(); l++) {
            if (!vector.block(l).isFinite()) {
                return Optional.of("layer " + vector.layers().get(l).name() + ": gradient");
            }
        }
        return Optional.empty();
    }

    /** Whether there are rows, all with labels: sums over some of them would be divided by the weight of all. */
    boolean isLabelled() {
        return rows > 0 && labelledRows == rows;
    }

    /** The weighted sum of the gradients; shared. */
    ParameterVector vector() {
        return vector;
    }

    public long rows() {
        return rows;
    }

    /** Sum of the rows' weights. */
    public double weight() {
        return weight;
    }

    /** Weighted sum of the losses of the rows with labels. */
    public double loss() {
        return loss;
    }

    /** The gradients' sum divided by the weight of the rows, as a new vector. */
    public ParameterVector mean(double totalWeight) {
        ParameterVector mean = vector.copy();
        mean.scale(1 / totalWeight);
        return mean;
    }
}
