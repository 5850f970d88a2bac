package org.sparkkfac.stats;

import java.util.Map;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Entries;
import org.sparkkfac.linalg.Matrix;
import org.sparkkfac.linalg.PackedSymmetric;

/** What several statistics share in taking sums back from an artefact. */
final class StoredSums {
    private StoredSums() {}

    /** The named sum, after checking its shape. */
    static Entries required(Map<String, ? extends Entries> sums, String name, int rows, int columns) {
        Entries sum = sums.get(name);
        if (sum == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (sum.rows() != rows || sum.columns() != columns) {
            throw new IllegalArgumentException(
                    name + " is " + sum.rows() + " × " + sum.columns() + " but must be " + rows + " × " + columns);
        }
        return sum;
    }

    /** The named symmetric sum in packed form. */
    static PackedSymmetric symmetric(Map<String, ? extends Entries> sums, String name, int dimension) {
        return PackedSymmetric.of(required(sums, name, dimension, dimension).toDense(1));
    }

    /** Entrywise squares, as a new matrix. */
    static Matrix squares(Matrix x) {
        Matrix squares = Matrix.zeros(x.precision(), x.rows(), x.columns());
        squares.setToSquares(x);
        return squares;
    }

    /** A dense copy of the named sum. */
    static DoubleMatrix dense(Map<String, ? extends Entries> sums, String name, int rows, int columns) {
        return required(sums, name, rows, columns).toDense(1);
    }
}
