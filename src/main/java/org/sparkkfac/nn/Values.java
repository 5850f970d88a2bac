package org.sparkkfac.nn;

import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.Precision;

/**
 * The values of one node for a batch, d × B, stored with a last row of ones so that a layer with a bias reads ā = [x;
 * 1] without a copy.
 *
 * @param extended (d+1) × B, the last row all ones
 */
public record Values(Matrix extended) {
    static Values allocate(Precision precision, int dimension, int batch) {
        return over(Matrix.zeros(precision, dimension + 1, batch));
    }

    /** Values in all but the last row of a matrix, which is overwritten with ones. */
    static Values over(Matrix extended) {
        extended.rows(extended.rows() - 1, 1).fill(1);
        return new Values(extended);
    }

    /** The values alone, d × B. */
    public Matrix plain() {
        return extended.rows(0, extended.rows() - 1);
    }

    /** The values of the rows {@code first … first + count − 1}, shared. */
    Values columns(int first, int count) {
        return new Values(extended.columns(first, count));
    }
}
