package org.sparkkfac.precondition;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sparkkfac.curvature.DenseBlock;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.EigenCorrectedBlock;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/** How blocks are inverted, and what an artefact keeps of the inverse. */
public enum Method {
    /** Both Kronecker factors, each with its share of the damping. */
    FACTORED(Structure.KRONECKER, List.of(FactoredInverse.ACTIVATION_INVERSE, FactoredInverse.GRADIENT_INVERSE)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return FactoredInverse.of((KroneckerBlock) block, damping);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return new FactoredInverse(
                    layer,
                    damping,
                    tensor(tensors, FactoredInverse.ACTIVATION_INVERSE, layer.columns(), layer.columns()),
                    tensor(tensors, FactoredInverse.GRADIENT_INVERSE, layer.out(), layer.out()));
        }
    },
    /** The Kronecker product in its eigenbasis, damped exactly. */
    EIGEN(
            Structure.KRONECKER,
            List.of(
                    EigenInverse.ACTIVATION_EIGENVECTORS,
                    EigenInverse.GRADIENT_EIGENVECTORS,
                    EigenInverse.EIGENVALUES)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return EigenInverse.of((KroneckerBlock) block, damping);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return new EigenInverse(
                    layer,
                    damping,
                    tensor(tensors, EigenInverse.ACTIVATION_EIGENVECTORS, layer.columns(), layer.columns()),
                    tensor(tensors, EigenInverse.GRADIENT_EIGENVECTORS, layer.out(), layer.out()),
                    nonNegative(tensors, EigenInverse.EIGENVALUES, layer));
        }
    },
    /** The Kronecker eigenbasis with corrected eigenvalues, damped exactly. */
    EIGEN_CORRECTED(
            Structure.EIGEN_CORRECTED,
            List.of(
                    EigenInverse.ACTIVATION_EIGENVECTORS,
                    EigenInverse.GRADIENT_EIGENVECTORS,
                    EigenInverse.EIGENVALUES)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return EigenInverse.of((EigenCorrectedBlock) block, damping);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return EIGEN.restore(layer, damping, tensors);
        }
    },
    /** The matrix over all layers, by Cholesky. */
    FULL(Structure.FULL, List.of(ExactInverse.FULL_CHOLESKY)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return ExactInverse.of((DenseBlock) block, damping, ExactInverse.FULL_CHOLESKY);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return restoreCholesky(layer, damping, tensors, ExactInverse.FULL_CHOLESKY);
        }
    },
    /** The exact block, by Cholesky. */
    EXACT(Structure.DENSE, List.of(ExactInverse.EXACT_CHOLESKY)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return ExactInverse.of((DenseBlock) block, damping, ExactInverse.EXACT_CHOLESKY);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return restoreCholesky(layer, damping, tensors, ExactInverse.EXACT_CHOLESKY);
        }
    },
    /** The diagonal, entry by entry. */
    DIAGONAL(Structure.DIAGONAL, List.of(DiagonalInverse.DIAGONAL_INVERSE)) {
        @Override
        public LayerInverse invert(FisherBlock block, double damping) {
            return DiagonalInverse.of((DiagonalBlock) block, damping);
        }

        @Override
        public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
            return new DiagonalInverse(layer, damping, nonNegative(tensors, DiagonalInverse.DIAGONAL_INVERSE, layer));
        }
    };

    private final Structure structure;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> tensorNames;

    Method(Structure structure, List<String> tensorNames) {
        this.structure = structure;
        this.tensorNames = tensorNames;
    }

    /** The form of the blocks from which this method starts. */
    public Structure structure() {
        return structure;
    }

    /** Names of what an artefact keeps for each layer. */
    public List<String> tensorNames() {
        return tensorNames;
    }

    /**
     * Inverts a block of this method's {@link #structure()}.
     *
     * @throws SingularBlockException if it is singular with this damping
     */
    public abstract LayerInverse invert(FisherBlock block, double damping);

    /**
     * The inverse that an artefact kept.
     *
     * @throws IllegalArgumentException if a tensor is missing, has another shape, or holds what no inverse can
     */
    public abstract LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors);

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static LayerInverse restoreCholesky(
            LayerShape layer, double damping, Map<String, DoubleMatrix> tensors, String name) {
        int p = Math.toIntExact(layer.parameters());
        DoubleMatrix lower = tensor(tensors, name, p, p);
        for (int j = 0; j < p; j++) {
            if (!(lower.get(j, j) > 0)) {
                throw new IllegalArgumentException("the diagonal of " + name + " must be positive");
            }
            for (int i = 0; i < j; i++) {
                if (lower.get(i, j) != 0) {
                    throw new IllegalArgumentException(name + " must be zero above its diagonal");
                }
            }
        }
        return new ExactInverse(layer, damping, Cholesky.ofLower(lower), name);
    }

    private static DoubleMatrix nonNegative(Map<String, DoubleMatrix> tensors, String name, LayerShape layer) {
        DoubleMatrix tensor = tensor(tensors, name, layer.out(), layer.columns());
        for (double value : tensor.toArray()) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " must not be negative");
            }
        }
        return tensor;
    }

    private static DoubleMatrix tensor(Map<String, DoubleMatrix> tensors, String name, int rows, int columns) {
        DoubleMatrix tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (tensor.rows() != rows || tensor.columns() != columns) {
            throw new IllegalArgumentException(name + " is " + tensor.rows() + " × " + tensor.columns()
                    + " but must be " + rows + " × " + columns);
        }
        return tensor;
    }
}
