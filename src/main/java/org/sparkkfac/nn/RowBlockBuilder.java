package org.sparkkfac.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;

/** Fills {@link RowBlock}s of a fixed number of rows, one row at a time, and a last one with what is left. */
public final class RowBlockBuilder {
    private final Precision precision;
    private final int inputs;
    private final int capacity;
    private final boolean reuses;
    private Values features;
    private @Nullable DoubleMatrix labels;
    private final double[] weights;
    private boolean unitWeights;
    private final long[] ids;
    private int size;

    /**
     * A builder of blocks.
     *
     * @param inputs features a row
     * @param capacity rows of a full block
     */
    public RowBlockBuilder(Precision precision, int inputs, int capacity) {
        this(precision, inputs, capacity, false);
    }

    /** A builder that fills the same memory again and again: a block is good until the next row is added. */
    public static RowBlockBuilder reusing(Precision precision, int inputs, int capacity) {
        return new RowBlockBuilder(precision, inputs, capacity, true);
    }

    private RowBlockBuilder(Precision precision, int inputs, int capacity, boolean reuses) {
        this.reuses = reuses;
        this.precision = precision;
        this.inputs = inputs;
        this.capacity = capacity;
        this.features = Values.allocate(precision, inputs, capacity);
        this.weights = new double[capacity];
        this.ids = new long[capacity];
        this.unitWeights = true;
    }

    /** Adds a row whose content was checked; returns whether the block is now full. */
    public boolean add(double[] x, double @Nullable [] label, double weight, long id) {
        features.plain().setColumn(size, x);
        if (label == null) {
            labels = null;
        } else {
            if (labels == null || (size == 0 && labels.rows() != label.length)) {
                labels = DoubleMatrix.zeros(label.length, capacity);
            }
            labels.setColumn(size, label);
        }
        weights[size] = weight;
        unitWeights &= weight == 1;
        ids[size] = id;
        size++;
        return size == capacity;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The rows added since the last block. */
    public RowBlock build() {
        RowBlock block = new RowBlock(
                new Values(features.extended().columns(0, size)),
                labels == null ? null : labels.view(0, labels.rows(), 0, size),
                unitWeights ? null : Arrays.copyOf(weights, size),
                Arrays.copyOf(ids, size));
        if (!reuses) {
            features = Values.allocate(precision, inputs, capacity);
            labels = null;
        }
        unitWeights = true;
        size = 0;
        return block;
    }
}
