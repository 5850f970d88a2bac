package org.sparkkfac.curvature;

import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/** One layer's block of a Fisher matrix, symmetric and positive semidefinite up to rounding. */
public sealed interface FisherBlock permits DenseBlock, KroneckerBlock, EigenCorrectedBlock, DiagonalBlock {
    LayerShape layer();

    /** {@code F vec(V)} as a matrix of the layer's shape. */
    DoubleMatrix multiply(DoubleMatrix v);

    /** Sum of the diagonal, which is the sum of the eigenvalues. */
    double trace();

    /** Frobenius norm, the root of the sum of the squared eigenvalues. */
    double norm();

    /** The block as one p × p matrix, index = column·out + row; for tests and small layers. */
    DoubleMatrix toDense();

    /** Mean of the p eigenvalues. */
    default double meanEigenvalue() {
        return trace() / layer().parameters();
    }
}
