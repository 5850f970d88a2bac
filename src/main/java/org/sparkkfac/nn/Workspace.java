package org.sparkkfac.nn;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * The matrices of one pass over a block, reused for the next block: every pass asks for the same shapes in the same order,
 * and only the first one allocates.
 */
public final class Workspace {
    private final Precision precision;
    private final List<Matrix> matrices = new ArrayList<>();
    private int taken;

    Workspace(Precision precision) {
        this.precision = precision;
    }

    /** Starts over: everything taken before may be overwritten from here on. */
    void reset() {
        taken = 0;
    }

    /** A matrix with any content, the caller's until the pass over the next block. */
    public Matrix take(int rows, int columns) {
        if (taken == matrices.size()) {
            matrices.add(Matrix.zeros(precision, rows, columns));
        }
        Matrix kept = matrices.get(taken);
        if (kept.rows() != rows || kept.columns() < columns) {
            kept = Matrix.zeros(precision, rows, columns);
            matrices.set(taken, kept);
        }
        taken++;
        return kept.columns() == columns ? kept : kept.columns(0, columns);
    }

    /** As {@link #take}, with the row of ones. */
    Values takeValues(int dimension, int batch) {
        return Values.over(take(dimension + 1, batch));
    }
}
