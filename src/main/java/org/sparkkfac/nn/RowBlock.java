package org.sparkkfac.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/** Up to a few thousand rows of a dataset, one a column. The arrays and matrices it is made of are not copied. */
public final class RowBlock {
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

    /** The block as bytes, which {@link #ofBytes} reads in the same version of this program; for blocks that are kept. */
    public byte[] toBytes() {
        int batch = rows();
        Matrix x = features.extended();
        DoubleMatrix y = labels;
        int labelLength = y == null ? -1 : y.rows();
        long size = 5L * Integer.BYTES
                + (long) batch * (x.rows() * x.precision().bytes() + Long.BYTES)
                + (long) batch * Double.BYTES * (Math.max(labelLength, 0) + (weights == null ? 0 : 1));
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(x.precision().bytes()).putInt(x.rows()).putInt(batch).putInt(labelLength);
        bytes.putInt(weights == null ? 0 : 1);
        x.writeTo(bytes);
        if (y != null) {
            y.writeTo(bytes);
        }
        for (int b = 0; weights != null && b < batch; b++) {
            bytes.putDouble(weights[b]);
        }
        for (long id : ids) {
            bytes.putLong(id);
        }
        return bytes.array();
    }

    /** The block that {@link #toBytes} wrote. */
    public static RowBlock ofBytes(byte[] block) {
        ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        Precision precision = bytes.getInt() == Double.BYTES ? Precision.DOUBLE : Precision.SINGLE;
        int rows = bytes.getInt();
        int batch = bytes.getInt();
        int labelLength = bytes.getInt();
        boolean weighted = bytes.getInt() == 1;
        Matrix x = Matrix.zeros(precision, rows, batch);
        x.readFrom(bytes);
        DoubleMatrix labels = labelLength < 0 ? null : DoubleMatrix.zeros(labelLength, batch);
        if (labels != null) {
            labels.readFrom(bytes);
        }
        double[] weights = weighted ? new double[batch] : null;
        for (int b = 0; weights != null && b < batch; b++) {
            weights[b] = bytes.getDouble();
        }
        long[] ids = new long[batch];
        for (int b = 0; b < batch; b++) {
            ids[b] = bytes.getLong();
        }
        return new RowBlock(new Values(x), labels, weights, ids);
    }

    /** Number of rows B. */
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

    /** The rows {@code first … first + count − 1}; features and labels are shared. */
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
