package org.sparkkfac.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;

/** Up to a few thousand rows of a dataset, one a column. The arrays and matrices it is made of are not copied. */
public final class RowBlock implements RowSlices {
    private final Values features;
    private final @Nullable DoubleMatrix labels;
    private final double @Nullable [] weights;
    private final long[] ids;

    /**
     * A block of B rows.
     *
     * @param features extended values [x; 1], (inputs+1) × B, in the precision of the computation
     * @param labels label length × B, or null where the dataset has none
     * @param weights B weights ≥ 0, or null where all are 1
     * @param ids B row ids, which key the Monte-Carlo draws
     */
    public RowBlock(Values features, @Nullable DoubleMatrix labels, double @Nullable [] weights, long[] ids) {
        this.features = features;
        this.labels = labels;
        this.weights = weights;
        this.ids = ids;
    }

    /** {@inheritDoc} B. */
    @Override
    public int rows() {
        return features.extended().columns();
    }

    /** Features with their row of ones, (inputs+1) × B. */
    public Values features() {
        return features;
    }

    /** Features x, inputs × B. */
    public Matrix x() {
        return features.plain();
    }

    /** Labels, label length × B, or null where the dataset has none. */
    public @Nullable DoubleMatrix labels() {
        return labels;
    }

    /** Whether every row weighs 1. */
    public boolean hasUnitWeights() {
        return weights == null;
    }

    /** The weight of row b. */
    public double weight(int b) {
        return weights == null ? 1 : weights[b];
    }

    /** The id of row b. */
    public long id(int b) {
        return ids[b];
    }

    /** {@inheritDoc} Features and labels are shared. */
    @Override
    public RowBlock slice(int first, int count) {
        if (first == 0 && count == rows()) {
            return this;
        }
        return new RowBlock(
                features.columns(first, count),
                labels == null ? null : labels.view(0, labels.rows(), first, count),
                weights == null ? null : Arrays.copyOfRange(weights, first, first + count),
                Arrays.copyOfRange(ids, first, first + count));
    }
}
