package org.sparkkfac.precondition;

import java.util.List;
import java.util.function.UnaryOperator;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.Kronecker;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.ParameterVector;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.stats.StatisticsState;
import org.sparkkfac.testing.BruteForce;
import org.sparkkfac.testing.Inverting;

/** Dense P × P algebra over all layers: what inverses and downdates are held against. */
final class DenseAlgebra {
    private DenseAlgebra() {}

    static DoubleMatrix inverse(DoubleMatrix symmetric) {
        return ((Cholesky.Factored) Cholesky.factor(symmetric)).cholesky().inverse();
    }

    static DoubleMatrix vec(DoubleMatrix v) {
        return DoubleMatrix.wrap(v.rows() * v.columns(), 1, v.toArray());
    }

    static DoubleMatrix vec(ParameterVector v) {
        return DoubleMatrix.wrap(v.toArray().length, 1, v.toArray());
    }

    static DoubleMatrix damped(DoubleMatrix symmetric, double damping) {
        DoubleMatrix sum = symmetric.copy();
        sum.addToDiagonal(damping);
        return sum;
    }

    static DoubleMatrix scaled(DoubleMatrix x, double factor) {
        DoubleMatrix copy = x.copy();
        copy.scale(factor);
        return copy;
    }

    /** √[(tr A/dim A)/(tr G/dim G)], written out once more. */
    static double pi(KroneckerBlock block) {
        return Math.sqrt((block.a().trace() / block.a().rows())
                / (block.g().trace() / block.g().rows()));
    }

    /** (A + π√λ I) ⊗ (G + √λ/π I) in its expanded form. */
    static DoubleMatrix factoredDense(KroneckerBlock block, double damping, double pi) {
        DoubleMatrix identityA = DoubleMatrix.identity(block.a().rows());
        DoubleMatrix identityG = DoubleMatrix.identity(block.g().rows());
        DoubleMatrix sum = damped(Kronecker.toDense(block.a(), block.g()), damping);
        sum.add(Math.sqrt(damping) / pi, Kronecker.toDense(block.a(), identityG));
        sum.add(pi * Math.sqrt(damping), Kronecker.toDense(identityA, block.g()));
        return sum;
    }

    /** M of one layer, as a dense matrix. */
    static DoubleMatrix dense(StatisticsState state, Method method, Damping damping, int layer) {
        var block = Inverting.block(state, method, layer);
        double lambda = damping.of(block);
        if (method == Method.FACTORED) {
            return factoredDense((KroneckerBlock) block, lambda, pi((KroneckerBlock) block));
        }
        return damped(block.toDense(), lambda);
    }

    /** M over all layers, zero between them. */
    static DoubleMatrix dense(StatisticsState state, Method method, Damping damping) {
        int p = ParameterVector.zeros(state.layers()).toArray().length;
        DoubleMatrix dense = DoubleMatrix.zeros(p, p);
        int first = 0;
        int blocks = FisherBlocks.of(state, method.structure()).shapes().size();
        for (int l = 0; l < blocks; l++) {
            DoubleMatrix block = dense(state, method, damping, l);
            dense.view(first, block.rows(), first, block.rows()).copyFrom(block);
            first += block.rows();
        }
        return dense;
    }

    /** M − Σ w g gᵀ. */
    static DoubleMatrix downdated(DoubleMatrix m, List<ParameterVector> gs, List<Double> weights) {
        DoubleMatrix result = m.copy();
        for (int i = 0; i < gs.size(); i++) {
            result.addProduct(scaled(vec(gs.get(i)), -weights.get(i)), false, vec(gs.get(i)), true);
        }
        return result;
    }

    /** Whether all is zero below the diagonal, but not above it. */
    static boolean isUpperTriangular(DoubleMatrix matrix) {
        double above = 0;
        double below = 0;
        for (int j = 0; j < matrix.columns(); j++) {
            for (int i = 0; i < j; i++) {
                above += Math.abs(matrix.get(i, j));
                below += Math.abs(matrix.get(j, i));
            }
        }
        return below == 0 && above > 0;
    }

    /** Sum of the logarithms of the eigenvalues. */
    static double logDeterminant(DoubleMatrix symmetric) {
        double sum = 0;
        for (double eigenvalue : SymmetricEigen.values(symmetric)) {
            sum += Math.log(eigenvalue);
        }
        return sum;
    }

    /** The matrix of a linear map, from the images of the unit vectors. */
    static DoubleMatrix matrix(List<LayerShape> layers, UnaryOperator<ParameterVector> map) {
        int p = ParameterVector.zeros(layers).toArray().length;
        DoubleMatrix matrix = DoubleMatrix.zeros(p, p);
        for (int k = 0; k < p; k++) {
            double[] unit = new double[p];
            unit[k] = 1;
            matrix.setColumn(k, map.apply(BruteForce.vector(layers, unit)).toArray());
        }
        return matrix;
    }
}
