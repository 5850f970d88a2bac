package org.sparkkfac.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Precision;

/**
 * Fills {@link RowBlock}s of a fixed number of rows, one row at a time, and a last one with what is left.
 *
 * <p>Memory for a block is allocated at once up to 32 MiB of features; a larger block starts with these and doubles as rows
 * come.
 */
public final class RowBlockBuilder {
    private static final long FIRST_BYTES = 32L << 20;
    private static final int FIRST_ROWS = 16;

    private final Precision precision;
    private final int inputs;
    private final int capacity;
    private final boolean reuses;
    private Values features;
    private @Nullable DoubleMatrix labels;
    private double[] weights;
    private boolean unitWeights;
    private long[] ids;
    private int size;
    private int room;

    /**
     * A builder of blocks.
     *
     * @param inputs features a row
     * @param capacity rows of a full block
     */
    public RowBlockBuilder(Precision precision, int inputs, int capacity) {
        this(precision, inputs, capacity, false);
    }

    /** A builder that reuses its memory: a block is valid until the next row is added. */
    public static RowBlockBuilder reusing(Precision precision, int inputs, int capacity) {
        return new RowBlockBuilder(precision, inputs, capacity, true);
    }

    private RowBlockBuilder(Precision precision, int inputs, int capacity, boolean reuses) {
        this.reuses = reuses;
        this.precision = precision;
        this.inputs = inputs;
        this.capacity = capacity;
        this.room = firstRoom(precision, inputs, capacity);
        this.features = Values.allocate(precision, inputs, room);
        this.weights = new double[room];
        this.ids = new long[room];
        this.unitWeights = true;
    }

    /** Rows that the first allocation holds. */
    static int firstRoom(Precision precision, int inputs, int capacity) {
        long rowBytes = (inputs + 1L) * precision.bytes();
        return (int) Math.min(capacity, Math.max(FIRST_ROWS, FIRST_BYTES / rowBytes));
    }

    /** Rows that the current allocation holds. */
    int room() {
        return room;
    }

    private void grow() {
        room = (int) Math.min(capacity, 2L * room);
        Values wider = Values.allocate(precision, inputs, room);
        wider.extended().columns(0, size).copyFrom(features.extended());
        features = wider;
        if (labels != null) {
            DoubleMatrix old = labels;
            labels = DoubleMatrix.zeros(old.rows(), room);
            labels.columns(0, size).copyFrom(old);
        }
        weights = Arrays.copyOf(weights, room);
        ids = Arrays.copyOf(ids, room);
    }

    /** Adds a row, which the caller has checked; returns whether the block is now full. */
    public boolean add(double[] x, double @Nullable [] label, double weight, long id) {
        if (size == room) {
            grow();
        }
        features.plain().setColumn(size, x);
        if (label == null) {
            labels = null;
        } else {
            if (labels == null || (size == 0 && labels.rows() != label.length)) {
                labels = DoubleMatrix.zeros(label.length, room);
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
            features = Values.allocate(precision, inputs, room);
            labels = null;
        }
        unitWeights = true;
        size = 0;
        return block;
    }
}
