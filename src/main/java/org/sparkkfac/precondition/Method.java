package org.sparkkfac.precondition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.sparkkfac.curvature.DenseBlock;
import org.sparkkfac.curvature.DiagonalBlock;
import org.sparkkfac.curvature.EigenCorrectedBlock;
import org.sparkkfac.curvature.FisherBlock;
import org.sparkkfac.curvature.KroneckerBlock;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.Cholesky;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.linalg.LayerShape;

/** How blocks are inverted, and what an artefact keeps of the inverse. A new method is a line here. */
// The functions are method references without state, the list is made by List.of; the checker cannot see either.
@SuppressWarnings("ImmutableEnumChecker")
public enum Method {
    /** Both Kronecker factors, each with its share of the damping. */
    FACTORED(
            Structure.KRONECKER,
            List.of(
                    Form.ofActivations(FactoredInverse.ACTIVATION_INVERSE),
                    Form.ofGradients(FactoredInverse.GRADIENT_INVERSE)),
            (block, damping) -> FactoredInverse.of((KroneckerBlock) block, damping),
            Method::restoreFactored),
    /** The Kronecker product in its eigenbasis, damped exactly. */
    EIGEN(
            Structure.KRONECKER,
            Form.OF_EIGEN,
            (block, damping) -> EigenInverse.of((KroneckerBlock) block, damping),
            Method::restoreEigen),
    /** The Kronecker eigenbasis with corrected eigenvalues, damped exactly. */
    EIGEN_CORRECTED(
            Structure.EIGEN_CORRECTED,
            Form.OF_EIGEN,
            (block, damping) -> EigenInverse.of((EigenCorrectedBlock) block, damping),
            Method::restoreEigen),
    /** The matrix over all layers, by Cholesky. */
    FULL(
            Structure.FULL,
            List.of(Form.ofParameters(ExactInverse.FULL_CHOLESKY)),
            (block, damping) -> ExactInverse.of((DenseBlock) block, damping, ExactInverse.FULL_CHOLESKY),
            (layer, damping, tensors) -> restoreCholesky(layer, damping, tensors, ExactInverse.FULL_CHOLESKY)),
    /** The exact block, by Cholesky. */
    EXACT(
            Structure.DENSE,
            List.of(Form.ofParameters(ExactInverse.EXACT_CHOLESKY)),
            (block, damping) -> ExactInverse.of((DenseBlock) block, damping, ExactInverse.EXACT_CHOLESKY),
            (layer, damping, tensors) -> restoreCholesky(layer, damping, tensors, ExactInverse.EXACT_CHOLESKY)),
    /** The diagonal, entry by entry. */
    DIAGONAL(
            Structure.DIAGONAL,
            List.of(Form.ofLayer(DiagonalInverse.DIAGONAL_INVERSE)),
            (block, damping) -> DiagonalInverse.of((DiagonalBlock) block, damping),
            (layer, damping, tensors) ->
                    new DiagonalInverse(layer, damping, nonNegative(tensors, DiagonalInverse.DIAGONAL_INVERSE)));

    private interface Inverter {
        LayerInverse invert(FisherBlock block, double damping);
    }

    private interface Restorer {
        LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors);
    }

    /** A tensor that is kept of an inverse, and its shape, which follows from the layer's. */
    private record Form(String name, ToIntFunction<LayerShape> rows, ToIntFunction<LayerShape> columns) {
        static final List<Form> OF_EIGEN = List.of(
                ofActivations(EigenInverse.ACTIVATION_EIGENVECTORS),
                ofGradients(EigenInverse.GRADIENT_EIGENVECTORS),
                ofLayer(EigenInverse.EIGENVALUES));

        static Form ofActivations(String name) {
            return new Form(name, LayerShape::columns, LayerShape::columns);
        }

        static Form ofGradients(String name) {
            return new Form(name, LayerShape::out, LayerShape::out);
        }

        static Form ofLayer(String name) {
            return new Form(name, LayerShape::out, LayerShape::columns);
        }

        static Form ofParameters(String name) {
            ToIntFunction<LayerShape> parameters = layer -> Math.toIntExact(layer.parameters());
            return new Form(name, parameters, parameters);
        }

        DoubleMatrix zeros(LayerShape layer) {
            return DoubleMatrix.zeros(rows.applyAsInt(layer), columns.applyAsInt(layer));
        }

        void check(LayerShape layer, Map<String, DoubleMatrix> tensors) {
            DoubleMatrix tensor = tensors.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException(name + " is missing");
            }
            if (tensor.rows() != rows.applyAsInt(layer) || tensor.columns() != columns.applyAsInt(layer)) {
                throw new IllegalArgumentException(name + " is " + tensor.rows() + " × " + tensor.columns()
                        + " but must be " + rows.applyAsInt(layer) + " × " + columns.applyAsInt(layer));
            }
        }
    }

    private final Structure structure;
    private final List<Form> forms;
    private final Inverter inverter;
    private final Restorer restorer;

    Method(Structure structure, List<Form> forms, Inverter inverter, Restorer restorer) {
        this.structure = structure;
        this.forms = forms;
        this.inverter = inverter;
        this.restorer = restorer;
    }

    /** The form of the blocks from which this method starts. */
    public Structure structure() {
        return structure;
    }

    /** Names of what an artefact keeps for each layer. */
    public List<String> tensorNames() {
        return forms.stream().map(Form::name).toList();
    }

    /** Zeros in the shapes of what is kept of a layer's inverse, by name, to be filled and {@linkplain #restore restored}. */
    public Map<String, DoubleMatrix> emptyTensors(LayerShape layer) {
        Map<String, DoubleMatrix> tensors = new LinkedHashMap<>();
        forms.forEach(form -> tensors.put(form.name(), form.zeros(layer)));
        return tensors;
    }

    /**
     * Inverts a block of this method's {@link #structure()}.
     *
     * @throws SingularBlockException if it is singular with this damping
     */
    public LayerInverse invert(FisherBlock block, double damping) {
        return inverter.invert(block, damping);
    }

    /**
     * The inverse that an artefact kept.
     *
     * @throws IllegalArgumentException if a tensor is missing, has another shape, or holds what no inverse can
     */
    public LayerInverse restore(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
        forms.forEach(form -> form.check(layer, tensors));
        return restorer.restore(layer, damping, tensors);
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static LayerInverse restoreFactored(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
        return new FactoredInverse(
                layer,
                damping,
                tensor(tensors, FactoredInverse.ACTIVATION_INVERSE),
                tensor(tensors, FactoredInverse.GRADIENT_INVERSE));
    }

    private static LayerInverse restoreEigen(LayerShape layer, double damping, Map<String, DoubleMatrix> tensors) {
        return new EigenInverse(
                layer,
                damping,
                tensor(tensors, EigenInverse.ACTIVATION_EIGENVECTORS),
                tensor(tensors, EigenInverse.GRADIENT_EIGENVECTORS),
                nonNegative(tensors, EigenInverse.EIGENVALUES));
    }

    private static LayerInverse restoreCholesky(
            LayerShape layer, double damping, Map<String, DoubleMatrix> tensors, String name) {
        DoubleMatrix lower = tensor(tensors, name);
        for (int j = 0; j < lower.columns(); j++) {
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

    private static DoubleMatrix nonNegative(Map<String, DoubleMatrix> tensors, String name) {
        DoubleMatrix tensor = tensor(tensors, name);
        for (double value : tensor.toArray()) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " must not be negative");
            }
        }
        return tensor;
    }

    /** One of those that were checked. */
    private static DoubleMatrix tensor(Map<String, DoubleMatrix> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }
}
